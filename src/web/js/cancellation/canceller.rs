//! For the modules whose streams TypeScript can cancel. Rust applications drop the stream instead.

use std::rc::Rc;

use super::{CancelReason, Cancellation, RaceState};

/// Ends a [`Cancellation`]'s races from elsewhere, like an aborted signal.
pub(crate) struct Canceller(Rc<RaceState>);

impl Canceller {
    /// Ends the current race and all later ones.
    pub(crate) fn cancel(&self) {
        self.0.fire(CancelReason::Signal);
    }
}

impl Cancellation {
    /// Another way to end its races.
    pub(crate) fn canceller(&self) -> Canceller {
        Canceller(Rc::clone(&self.state))
    }
}
