//! Reads an options object from JavaScript. Each option has the right type and range, or there is an [`Error`] of kind `config` that names
//! it. Unknown options are errors, too.
//!
//! `fetch.js` copies the object first: reading it can run the caller's code, and exceptions must not pass through the wasm.

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use crate::error::{Error, Kind, config};
use crate::web::js::value;

#[cfg(any(feature = "npm-batch", feature = "npm-gateway"))]
mod bulk;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Returns a copy of the options, or a message that describes what is wrong with them.
    #[wasm_bindgen(js_name = readOptions)]
    fn read_options(object: &JsValue, known: &JsValue) -> JsValue;

    #[wasm_bindgen(js_name = isSignal)]
    fn is_signal(value: &JsValue) -> bool;
}

/// A copy of an options object, if one was given.
pub(crate) struct OptionsReader(JsValue);

impl OptionsReader {
    /// Rejects values that are not objects or cannot be read, and unknown options. `known` holds the names of the options, separated by
    /// spaces, or the name of a list in `fetch.js`. `undefined` and `null` count as an empty object.
    pub(crate) fn new(object: &JsValue, known: &'static str) -> Result<Self, Error> {
        if object.is_undefined() || object.is_null() {
            return Ok(Self(JsValue::UNDEFINED));
        }
        let read = read_options(object, value::constant(known));
        match read.as_string() {
            Some(fault) => Err(Error::new(Kind::Config, fault)),
            None => Ok(Self(read)),
        }
    }

    /// Wraps options that the TypeScript side has copied already.
    #[cfg(feature = "npm-gateway")]
    pub(crate) fn copy(copied: &JsValue) -> Self {
        Self(copied.clone())
    }

    /// Like [`Self::new`], for an object that is itself an option.
    #[cfg(feature = "npm-batch")]
    pub(crate) fn inside(
        option: &str,
        object: &JsValue,
        known: &'static str,
    ) -> Result<Self, Error> {
        Self::new(object, known)
            .map_err(|error| config(&["`", option, "`: ", error.message.as_str()]))
    }

    pub(crate) fn get(&self, name: &'static str) -> Option<JsValue> {
        value::given(value::get(&self.0, name))
    }

    /// Whether the option is `null`, which [`OptionsReader::get`] treats as not given.
    pub(crate) fn is_null(&self, name: &'static str) -> bool {
        value::get(&self.0, name).is_null()
    }

    pub(crate) fn string(&self, name: &'static str) -> Result<Option<String>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .as_string()
            .map(Some)
            .ok_or_else(|| invalid_option(name, "a string"))
    }

    pub(crate) fn boolean(&self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .as_bool()
            .map(Some)
            .ok_or_else(|| invalid_option(name, "true or false"))
    }

    /// Which of these words is given, by its index. `expected` is the list as a person would write it.
    pub(crate) fn word(
        &self,
        name: &'static str,
        words: &[&str],
        expected: &str,
    ) -> Result<Option<usize>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let given = given.as_string().unwrap_or_default();
        let index = words.iter().position(|word| *word == given);
        index
            .map(Some)
            .ok_or_else(|| invalid_option(name, expected))
    }

    pub(crate) fn function(&self, name: &'static str) -> Result<Option<Function>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        given
            .dyn_into()
            .map(Some)
            .map_err(|_| invalid_option(name, "a function"))
    }

    pub(crate) fn duration(&self, name: &'static str) -> Result<Option<f64>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let number = given
            .as_f64()
            .ok_or_else(|| invalid_option(name, "a number greater than 0"))?;
        check_positive(name, number).map(|()| Some(number))
    }

    /// A number that may be 0.
    #[cfg(any(
        feature = "npm-batch",
        feature = "npm-gateway",
        feature = "npm-insight"
    ))]
    pub(crate) fn span(&self, name: &'static str) -> Result<Option<f64>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        match given.as_f64() {
            Some(number) if number >= 0.0 => Ok(Some(number)),
            _ => Err(invalid_option(name, "a number of at least 0")),
        }
    }

    /// Reads the thresholds that health and sweeps share. An option that is not given leaves its value unchanged.
    #[cfg(any(feature = "npm-batch", feature = "npm-insight"))]
    pub(crate) fn limits(&self, days: &mut f64, share: &mut f64) -> Result<(), Error> {
        *days = self.span("refreshWithinDays")?.unwrap_or(*days);
        *share = self.duration("quotaShare")?.unwrap_or(*share);
        Ok(())
    }

    /// Checked by its shape, because a signal of another realm is a signal, too.
    pub(crate) fn signal(&self) -> Result<Option<AbortSignal>, Error> {
        let Some(given) = self.get("signal") else {
            return Ok(None);
        };
        if is_signal(&given) {
            Ok(Some(given.unchecked_into()))
        } else {
            Err(invalid_option("signal", "an AbortSignal"))
        }
    }
}

pub(crate) fn check_positive(name: &str, number: f64) -> Result<(), Error> {
    if number > 0.0 {
        Ok(())
    } else {
        Err(invalid_option(name, "a number greater than 0"))
    }
}

/// The error for an option with the wrong type or range.
pub(crate) fn invalid_option(name: &str, expected: &str) -> Error {
    config(&["`", name, "` must be ", expected])
}
