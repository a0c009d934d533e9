//! Requests and grants: no key is revealed, and nothing beyond the grant is requested.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ayrshare_user::gateway::probe::run(bytes));
