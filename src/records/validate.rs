//! Checks one record against the types.

use super::position::Scope;
use crate::json::{self, CheckedAt, Fault, FaultReason, Mismatches};
use crate::model::User;
use crate::model::shape::{Shape, ShapeOf};
use crate::rules::ProfileFacts;

/// Checks the value at `start` and collects facts if requested.
pub(super) fn check(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    facts: Option<&mut ProfileFacts>,
) -> Result<CheckedAt, Fault> {
    let Some(facts) = facts else {
        return json::check_at(data, start, shape);
    };
    facts.clear();
    json::check_at_with(data, start, shape, facts)
}

/// Checks the value at `start`, which must extend to the end of `data`.
pub(super) fn fits(
    data: &[u8],
    start: usize,
    shape: &'static Shape,
    object: bool,
    scope: Scope,
    facts: Option<&mut ProfileFacts>,
) -> Result<Mismatches, Fault> {
    if !object && !matches!(scope, Scope::Tail { .. }) {
        return no_object(data, start);
    }
    let CheckedAt { end, mismatches } = check(data, start, shape, facts)?;
    let rest = data.get(end..).unwrap_or_default();
    match rest.iter().position(|byte| !json::is_space(*byte)) {
        Some(index) => Err(Fault::new(end + index, FaultReason::Syntax)),
        None => Ok(mismatches),
    }
}

/// The fault of a record that is not an object.
pub(super) fn no_object(data: &[u8], start: usize) -> Result<Mismatches, Fault> {
    let any_object = ShapeOf::<User>::SHAPE;
    json::check_at(data, start, any_object).map(|checked| checked.mismatches)
}

/// Checks that the value at `start` is UTF-8.
pub(super) fn utf8(data: &[u8], start: usize) -> Result<(), Fault> {
    let record = data.get(start..).unwrap_or_default();
    match std::str::from_utf8(record) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::new(start + error.valid_up_to(), FaultReason::Utf8)),
    }
}
