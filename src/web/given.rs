//! An options object of a JavaScript caller, read name by name: each value of the right type and range, or an [`Error`] of kind
//! `config` that names it. A name that no option has is a fault too.
//!
//! `wire.js` copies what callers hand in, since that can run code of theirs, and what they throw must not pass through the wasm.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::value;
use crate::error::{Error, Kind, config};

#[wasm_bindgen(module = "/src/web/wire.js")]
extern "C" {
    /// A copy of the options, or what is wrong with them.
    #[wasm_bindgen(js_name = readOptions)]
    fn read_options(object: &JsValue, known: &JsValue) -> JsValue;

    /// A copy of an array.
    #[wasm_bindgen(js_name = readList)]
    fn read_list(value: &JsValue) -> Option<Array>;

    #[wasm_bindgen(js_name = isSignal)]
    fn is_signal(value: &JsValue) -> bool;
}

/// A copy of an options object, if one was given.
pub(super) struct Given(JsValue);

impl Given {
    /// Refuses what is no object, what cannot be read, and names that no option has: `known` holds the others, with blanks between
    /// them, or the name of a list in `wire.js`. Nothing given is an empty object.
    pub(super) fn new(object: &JsValue, known: &'static str) -> Result<Self, Error> {
        if object.is_undefined() || object.is_null() {
            return Ok(Self(JsValue::UNDEFINED));
        }
        let read = read_options(object, value::constant(known));
        match read.as_string() {
            Some(fault) => Err(Error::new(Kind::Config, fault)),
            None => Ok(Self(read)),
        }
    }

    /// The same for an object that is itself an option.
    #[cfg(any(feature = "npm-batch", feature = "npm-gateway"))]
    pub(super) fn inside(
        option: &str,
        object: &JsValue,
        known: &'static str,
    ) -> Result<Self, Error> {
        Self::new(object, known)
            .map_err(|error| config(&["`", option, "`: ", error.message.as_str()]))
    }

    pub(super) fn get(&self, name: &'static str) -> Option<JsValue> {
        value::given(value::get(&self.0, name))
    }

    /// Given as `null`, which [`Given::get`] takes for nothing.
    pub(super) fn is_null(&self, name: &'static str) -> bool {
        value::get(&self.0, name).is_null()
    }

    pub(super) fn string(&self, name: &'static str) -> Result<Option<String>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .as_string()
            .map(Some)
            .ok_or_else(|| wrong(name, "a string"))
    }

    pub(super) fn boolean(&self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .as_bool()
            .map(Some)
            .ok_or_else(|| wrong(name, "true or false"))
    }

    pub(super) fn function(&self, name: &'static str) -> Result<Option<Function>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .dyn_into()
            .map(Some)
            .map_err(|_| wrong(name, "a function"))
    }

    pub(super) fn duration(&self, name: &'static str) -> Result<Option<f64>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let number = given
            .as_f64()
            .ok_or_else(|| wrong(name, "a number greater than 0"))?;
        check_positive(name, number).map(|()| Some(number))
    }

    /// A number that may be 0.
    pub(super) fn span(&self, name: &'static str) -> Result<Option<f64>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        match given.as_f64() {
            Some(number) if number >= 0.0 => Ok(Some(number)),
            _ => Err(wrong(name, "a number of at least 0")),
        }
    }

    /// From when on something is worth telling, for health and sweeps alike. What is not given stays.
    pub(super) fn limits(&self, days: &mut f64, share: &mut f64) -> Result<(), Error> {
        *days = self.span("refreshWithinDays")?.unwrap_or(*days);
        *share = self.duration("quotaShare")?.unwrap_or(*share);
        Ok(())
    }

    /// A count of things that fit the memory.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked before"
    )]
    pub(super) fn count(&self, name: &'static str) -> Result<Option<usize>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        match given.as_f64() {
            Some(count) if (1.0..=1e9).contains(&count) && count.fract() == 0.0 => {
                Ok(Some(count as usize))
            }
            _ => Err(wrong(name, "a whole number from 1 to 1,000,000,000")),
        }
    }

    /// A list of names.
    pub(super) fn names(&self, name: &'static str) -> Result<Option<Vec<String>>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let listed = || wrong(name, "a list of names");
        let given = read_list(&given).ok_or_else(listed)?;
        let names = given.iter().map(|one| one.as_string().ok_or_else(listed));
        names.collect::<Result<_, _>>().map(Some)
    }

    /// Looked at by its shape: a signal of another realm is a signal too.
    pub(super) fn signal(&self) -> Result<Option<AbortSignal>, Error> {
        let Some(given) = self.get("signal") else {
            return Ok(None);
        };
        if is_signal(&given) {
            Ok(Some(given.unchecked_into()))
        } else {
            Err(wrong("signal", "an AbortSignal"))
        }
    }
}

pub(super) fn check_positive(name: &str, number: f64) -> Result<(), Error> {
    if number > 0.0 {
        Ok(())
    } else {
        Err(wrong(name, "a number greater than 0"))
    }
}

/// The option has the wrong type or range.
pub(super) fn wrong(name: &str, expected: &str) -> Error {
    config(&["`", name, "` must be ", expected])
}
