//! Requests and grants: no key shows, and nothing is asked for beyond the grant.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ayrshare_user::gateway::probe::run(bytes));
