//! Reading and building plain JavaScript values without ever throwing through wasm.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The property, or `undefined` where there is none or its getter throws.
///
/// What has no properties is not asked: an import that throws leaves the table slot of its missing
/// result behind for ever, and options that are not given are the usual case.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    if !object.is_object() && !object.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of an object made by us; such an object cannot refuse.
pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// `undefined` and `null` both mean "not given".
pub(super) fn given(value: JsValue) -> Option<JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The method of that name, where there is one.
pub(super) fn method(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name).dyn_into().ok()
}

/// Whether the value was rejected or aborted with a standard error of this name.
pub(super) fn text_of(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// Milliseconds since the Unix epoch.
pub(super) fn now_ms() -> f64 {
    js_sys::Date::now()
}
