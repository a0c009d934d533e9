//! Prints the package's TypeScript types, generated from the Rust types: `cargo run --features typescript --bin typescript`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(ayrshare_user::model::typescript().as_bytes())?;
    out.write_all(ayrshare_user::api::typescript().as_bytes())
}
