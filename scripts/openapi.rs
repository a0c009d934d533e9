//! Prints the description of the endpoints in OpenAPI, without its examples: `cargo run --features typescript --bin openapi`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(ayrshare_user::openapi::openapi().as_bytes())
}
