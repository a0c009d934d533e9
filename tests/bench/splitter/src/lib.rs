//! Reads a batch file in memory, in chunks as they come from a socket, without JavaScript taking part.

use ayrshare_user::records::{Delivery, Options, Reader, Sweep, SweepOptions};
use wasm_bindgen::prelude::wasm_bindgen;

const CHUNK: usize = 65_536;

/// A batch file.
#[wasm_bindgen]
pub struct File(Vec<u8>);

#[wasm_bindgen]
impl File {
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>) -> File {
        File(bytes)
    }

    /// Looks for a byte that does not occur: what reading memory costs.
    pub fn memchr(&self) -> bool {
        memchr::memchr(0, &self.0).is_none()
    }

    /// Splits it into records; says how many there are.
    pub fn split(&self) -> usize {
        self.read(Options {
            check: None,
            ..Options::default()
        })
    }

    /// The same, and makes sure that each is a profile.
    pub fn check(&self) -> usize {
        self.read(Options::default())
    }

    /// Sweeps it; says how many profiles there are.
    pub fn sweep(&self) -> u64 {
        let mut sweep = Sweep::new(SweepOptions::at(1.79e12));
        for chunk in self.0.chunks(CHUNK) {
            sweep.reader().feed(chunk);
            sweep.advance().expect("the file is fine");
        }
        sweep.report().profiles
    }

    fn read(&self, options: Options) -> usize {
        let (mut reader, mut count) = (Reader::new(options), 0);
        for chunk in self.0.chunks(CHUNK) {
            reader.feed(chunk);
            while let Some(Delivery::Records(batch)) =
                reader.next_batch().expect("the file is fine")
            {
                count += batch.len();
            }
        }
        count
    }
}
