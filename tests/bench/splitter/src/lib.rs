//! Reads a batch file from memory, in chunks of the size that sockets deliver, without any JavaScript.

use ayrshare_user::records::{Delivery, Reader, RecordOptions, Sweep, SweepOptions};
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

    /// Searches for a byte that does not occur, which measures the cost of reading memory.
    pub fn memchr(&self) -> bool {
        memchr::memchr(0, &self.0).is_none()
    }

    /// Splits the file into records and returns their number.
    pub fn split(&self) -> usize {
        self.read(RecordOptions {
            check: None,
            ..RecordOptions::default()
        })
    }

    /// Like `split`, and checks that each record is a profile.
    pub fn check(&self) -> usize {
        self.read(RecordOptions::default())
    }

    /// Sweeps the file and returns the number of profiles.
    pub fn sweep(&self) -> u64 {
        let mut sweep = Sweep::new(SweepOptions::at(1.79e12));
        for chunk in self.0.chunks(CHUNK) {
            sweep.reader().feed(chunk);
            sweep.advance().expect("the file is fine");
        }
        sweep.report().profiles
    }

    fn read(&self, options: RecordOptions) -> usize {
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
