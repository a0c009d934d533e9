//! Options that only the modules have that read many records.

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{OptionsReader, invalid_option};
use crate::error::Error;

#[wasm_bindgen(module = "/src/web/http/fetch.js")]
extern "C" {
    /// Returns a copy of an array.
    #[wasm_bindgen(js_name = readList)]
    fn read_list(value: &JsValue) -> Option<Array>;
}

impl OptionsReader {
    /// A whole number from 1 to 1,000,000,000.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked before"
    )]
    pub(crate) fn count(&self, name: &'static str) -> Result<Option<usize>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        match given.as_f64() {
            Some(count) if (1.0..=1e9).contains(&count) && count.fract() == 0.0 => {
                Ok(Some(count as usize))
            }
            _ => Err(invalid_option(
                name,
                "a whole number from 1 to 1,000,000,000",
            )),
        }
    }

    /// A list of names.
    pub(crate) fn names(&self, name: &'static str) -> Result<Option<Vec<String>>, Error> {
        let Some(given) = self.get(name) else {
            return Ok(None);
        };
        let listed = || invalid_option(name, "a list of names");
        let given = read_list(&given).ok_or_else(listed)?;
        let names = given.iter().map(|one| one.as_string().ok_or_else(listed));
        names.collect::<Result<_, _>>().map(Some)
    }
}
