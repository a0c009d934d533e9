//! Reads and builds plain JavaScript values without ever throwing through the wasm.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// The result is optional because, when an import throws, wasm-bindgen leaks the table slot of a required result, and a caller's
    /// function may throw every time.
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = apply)]
    fn reflect_apply(
        function: &Function,
        receiver: &JsValue,
        values: &Array,
    ) -> Result<Option<Object>, JsValue>;
}

/// Calls one of the caller's functions. If it returns `null`, the result is `undefined`.
pub(crate) fn try_call(
    function: &Function,
    receiver: &JsValue,
    values: &Array,
) -> Result<JsValue, JsValue> {
    reflect_apply(function, receiver, values)
        .map(|returned| returned.map_or(JsValue::UNDEFINED, JsValue::from))
}

/// Calls one of the package's own functions, which neither returns anything nor throws.
pub(crate) fn notify(function: &Function, value: &JsValue) {
    let _ = try_call(function, &JsValue::UNDEFINED, &Array::of1(value));
}

thread_local! {
    static CONSTANTS: RefCell<Vec<(&'static str, &'static JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// A string literal as a JavaScript value. Cached, because passing the string takes longer than most operations on it. The cache is as
/// large as the number of literals in the source.
#[inline(never)]
pub(crate) fn constant(text: &'static str) -> &'static JsValue {
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

/// The property, or `undefined` if it is missing or its getter throws.
///
/// Values without properties are not read: each import that throws leaks the table slot of its missing result, and options are usually not
/// given.
#[inline(never)]
pub(crate) fn get(object: &JsValue, name: &'static str) -> JsValue {
    if !object.is_object() && !object.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, constant(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of an object that this crate created, which cannot fail.
#[inline(never)]
pub(crate) fn set(object: &JsValue, name: &'static str, value: &JsValue) {
    let _ = Reflect::set(object, constant(name), value);
}

/// `undefined` and `null` both mean "not given".
pub(crate) fn given(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The property, if it is a string.
pub(crate) fn text_of(object: &JsValue, name: &'static str) -> Option<String> {
    get(object, name).as_string()
}

/// Whether a signal is aborted. It may be any object with the shape of a signal, and its getter may throw.
pub(crate) fn is_aborted(signal: &AbortSignal) -> bool {
    get(signal, "aborted").as_bool() == Some(true)
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A count as JavaScript knows it.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of bytes, records and attempts are smaller than 2^53"
)]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}
