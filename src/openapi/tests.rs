//! What the generator itself must keep. The document as a whole is tested in tests/contract.

use serde_json::Value;

use super::document::path_of;
use super::{openapi, responses};
use crate::api::endpoint::Endpoint;
use crate::error;

fn parsed() -> Value {
    serde_json::from_str(&openapi()).unwrap()
}

/// Calls `see` with each object and the path to it.
fn walk(value: &Value, path: &str, see: &mut impl FnMut(&str, &Value)) {
    see(path, value);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                walk(inner, &format!("{path}/{name}"), see);
            }
        }
        Value::Array(values) => values.iter().for_each(|inner| walk(inner, path, see)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let (document, mut count) = (parsed(), 0);
    walk(&document, "", &mut |path, value| {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        let found = document.pointer(reference.trim_start_matches('#'));
        assert!(found.is_some(), "{path} refers to {reference}");
        count += 1;
    });
    assert!(count > 50, "{count}");
}

#[test]
fn every_parameter_and_field_names_its_source() {
    let mut count = 0;
    walk(&parsed(), "", &mut |path, value| {
        let parent = path.rsplit('/').nth(1).unwrap_or_default();
        let is_parameter = path.ends_with("/parameters") && value.is_object();
        // A condition declares no field.
        let is_property = parent == "properties" && !path.contains("/not/");
        if is_parameter || is_property {
            let text = value["description"].as_str().unwrap_or_default();
            assert!(text.contains("Source: "), "{path}: {text}");
            count += 1;
        }
    });
    assert!(count > 150, "{count}");
}

#[test]
fn every_status_is_one_that_the_table_of_errors_knows() {
    let unusual = error::by_status(418);
    for row in &responses::STATUSES {
        assert_ne!(error::by_status(row.number), unusual, "{}", row.number);
    }
}

#[test]
fn each_path_is_that_of_the_calls() {
    for endpoint in Endpoint::ALL {
        let path = path_of(endpoint).replace("{platform}", "pinterest");
        assert_eq!(path, endpoint.path());
    }
}

#[test]
fn every_code_is_listed() {
    let codes: Vec<u32> = error::codes().map(|(code, _)| code).collect();
    let first_and_last = (codes.first().copied(), codes.last().copied());
    assert_eq!(first_and_last, (Some(102), Some(419)));
    let known = &parsed()["components"]["schemas"]["Error"]["properties"]["code"];
    assert_eq!(
        known["x-known-codes"].as_array().unwrap().len(),
        codes.len()
    );
}
