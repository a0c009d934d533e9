//! The export that the package's TypeScript calls to compare two batch files. It is part of the module that reads them.

use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::batch::source_in_hand;
use crate::compare::{CompareOptions, Comparison};
use crate::error::{Error, config};
use crate::web::batch::compare;
use crate::web::batch::source_in_hand::SourceInHand;
use crate::web::failure::rejection;
use crate::web::js::value::{self, now_ms};
use crate::web::options::client::OnMismatch;
use crate::web::options::reader::OptionsReader;

const OPTIONS: &str =
    "before after onEvent signal idleTimeoutMs maxRecordBytes maxEntries onInvalid";

/// Compares two files; resolves to a `ProfilesComparison`.
#[wasm_bindgen]
pub fn compare(options: JsValue) -> Promise {
    future_to_promise(async move {
        let started_ms = now_ms();
        let given = OptionsReader::new(&options, OPTIONS).map_err(rejection)?;
        let comparison = Comparison::new(compare_options(&given).map_err(rejection)?);
        let before = source(&given, "before").map_err(rejection)?;
        let after = source(&given, "after").map_err(rejection)?;
        let found = compare::compare([before, after], comparison).await?;
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        let found = found.serialize(&serializer).map_err(JsValue::from)?;
        value::set(&found, "durationMs", &(now_ms() - started_ms).into());
        Ok(found)
    })
}

fn compare_options(given: &OptionsReader) -> Result<CompareOptions, Error> {
    let mut options = CompareOptions {
        throws: given.on_invalid()? == Some(OnMismatch::Throw),
        ..CompareOptions::default()
    };
    if let Some(max_entries) = given.count("maxEntries")? {
        options.max_entries = max_entries;
    }
    if let Some(bytes) = given.count("maxRecordBytes")? {
        options.max_record_bytes = bytes;
    }
    Ok(options)
}

fn source(given: &OptionsReader, name: &'static str) -> Result<SourceInHand, Error> {
    let source = given.get(name);
    let missing = || config(&["`", name, "` is missing"]);
    source_in_hand(given, source.ok_or_else(missing)?)
}
