//! Reading and building plain JavaScript values without ever throwing through wasm.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// With a result that may be missing: an import that throws leaves the table slot of a required one behind for
    /// ever, and what callers hand in may throw every time.
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(
        function: &Function,
        receiver: &JsValue,
        values: &Array,
    ) -> Result<Option<Object>, JsValue>;
}

/// Calls a function of the caller's. Where it returns `null`, `undefined` is made of it.
pub(super) fn apply(
    function: &Function,
    receiver: &JsValue,
    values: &Array,
) -> Result<JsValue, JsValue> {
    reflect_apply(function, receiver, values)
        .map(|returned| returned.map_or(JsValue::UNDEFINED, JsValue::from))
}

/// Hands a value to a function of the package's own, which neither returns anything nor throws.
pub(super) fn hand(function: &Function, value: &JsValue) {
    let _ = apply(function, &JsValue::UNDEFINED, &Array::of1(value));
}

thread_local! {
    static CONSTANTS: RefCell<Vec<(&'static str, &'static JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// A text of the source as JavaScript knows it. Made once, because handing it over takes longer than most of what is done
/// with it; the source has so many and no more.
#[inline(never)]
pub(super) fn constant(text: &'static str) -> &'static JsValue {
    CONSTANTS.with_borrow_mut(|constants| {
        let mut known = constants.iter();
        if let Some((_, constant)) = known.find(|(other, _)| std::ptr::eq(*other, text)) {
            return *constant;
        }
        let constant: &JsValue = Box::leak(Box::new(JsValue::from_str(text)));
        constants.push((text, constant));
        constant
    })
}

/// The property, or `undefined` where there is none or its getter throws.
///
/// What has no properties is not asked: an import that throws leaves the table slot of its missing
/// result behind for ever, and options that are not given are the usual case.
#[inline(never)]
pub(super) fn get(object: &JsValue, name: &'static str) -> JsValue {
    if !object.is_object() && !object.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, constant(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of an object made by us; such an object cannot refuse.
#[inline(never)]
pub(super) fn set(object: &JsValue, name: &'static str, value: &JsValue) {
    let _ = Reflect::set(object, constant(name), value);
}

/// `undefined` and `null` both mean "not given".
pub(super) fn given(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The property where it is a text.
pub(super) fn text_of(object: &JsValue, name: &'static str) -> Option<String> {
    get(object, name).as_string()
}

/// Whether a signal was aborted. It may be any object that looks like one, and throw.
pub(super) fn is_aborted(signal: &AbortSignal) -> bool {
    get(signal, "aborted").as_bool() == Some(true)
}

/// Milliseconds since the Unix epoch.
pub(super) fn now_ms() -> f64 {
    js_sys::Date::now()
}
