//! Finds the end of a value. Values that are not objects are rare, so they are scanned byte by byte.

use crate::json::Scanner;

/// How the end of a value is found.
#[derive(Debug)]
pub(super) enum ValueEnd {
    Object(Scanner),
    Other(ValueSkipper),
}

/// Scans for the comma or bracket after a value, which may arrive in any number of pieces.
#[derive(Debug, Default)]
pub(super) struct ValueSkipper {
    depth: u64,
    quoted: bool,
    escaped: bool,
}

impl ValueSkipper {
    /// Continues with `bytes`, and returns how many of them precede the comma or bracket, if it is
    /// among them.
    pub fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| self.ends_before(*byte))
    }

    fn ends_before(&mut self, byte: u8) -> bool {
        if std::mem::take(&mut self.escaped) {
            return false;
        }
        match byte {
            b'\\' => self.escaped = self.quoted,
            b'"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'{' | b'[' => self.depth += 1,
            b',' | b'}' | b']' if self.depth == 0 => return true,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        false
    }
}
