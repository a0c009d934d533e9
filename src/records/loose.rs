//! Where a value ends that is no object: byte by byte, since it hardly ever occurs.

/// A scan up to the comma or bracket behind a value, which may come in any number of pieces.
#[derive(Debug, Default)]
pub(super) struct Loose {
    depth: u64,
    quoted: bool,
    escaped: bool,
}

impl Loose {
    /// Goes on with `bytes`; says how many of them stand before the comma or bracket, if it is here.
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
