//! Comparing two batch files that the caller has in hand.

use wasm_bindgen::JsValue;

use super::batch_reader::ByteSource;
use super::source_in_hand::SourceInHand;
use crate::compare::{Comparison, ProfilesComparison};
use crate::web::js::cancellation::CancelReason;

/// How many changed profiles are compared without letting the event loop do anything else.
const PROFILES_PER_TURN: usize = 500;

/// Reads one source after the other, and compares them.
pub(crate) async fn compare(
    [mut before, mut after]: [SourceInHand; 2],
    mut comparison: Comparison,
) -> Result<ProfilesComparison, JsValue> {
    for source in [&mut before, &mut after] {
        while !source.has_ended() {
            source.fill(comparison.reader()).await?;
            comparison
                .advance()
                .map_err(|error| source.unreadable(error.into()))?;
        }
        comparison.end_file();
    }
    while comparison.compare(PROFILES_PER_TURN) {
        after.cancellation.sleep(0.0).await;
        if after.cancellation.is_aborted() {
            return Err(after.interrupted(CancelReason::Signal));
        }
    }
    Ok(comparison.result())
}
