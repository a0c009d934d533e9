//! Prints the package's TypeScript types, generated from the Rust types: `cargo run --features typescript --bin typescript`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(ayrshare_user::model::typescript().as_bytes())
}
