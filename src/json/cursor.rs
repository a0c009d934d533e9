//! A forward cursor over JSON bytes: the grammar, without shapes.
//!
//! It accepts what the engine's `JSON.parse` accepts, because that creates the value afterwards. So escaped lone surrogates (`"\ud800"`)
//! and numbers out of range (`1e999`) are accepted. Bytes that are not UTF-8 and nesting beyond [`DEPTH_MAX`](super::DEPTH_MAX) are not.

use super::block;
use super::fault::{Fault, FaultReason};
use crate::model::shape::search;
use crate::model::shape::{self, Name};

/// A result of parsing. Faults are boxed, because they are rare and the success case stays small.
pub(crate) type ParseResult<T = ()> = Result<T, Box<Fault>>;

/// The content of a JSON string without its quotes, still escaped: valid UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub raw: &'a [u8],
    pub escaped: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

/// A word of eight equal bytes.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Cursor { bytes, at }
    }

    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether there is a byte order mark at the cursor.
    pub fn marked(&self) -> bool {
        self.bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(b"\xef\xbb\xbf"))
    }

    /// The bytes from `start` up to the cursor.
    pub fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    #[inline(always)]
    fn word(&self) -> Option<u64> {
        let chunk = self.bytes.get(self.at..)?.first_chunk::<8>()?;
        Some(u64::from_le_bytes(*chunk))
    }

    #[cold]
    pub fn fail<T>(&self, reason: FaultReason) -> ParseResult<T> {
        Err(Fault::at(self.at, reason))
    }

    /// The fault for a byte that the grammar does not allow.
    #[cold]
    pub fn unexpected<T>(&self) -> ParseResult<T> {
        self.fail(if self.at < self.bytes.len() {
            FaultReason::Syntax
        } else {
            FaultReason::Truncated
        })
    }

    #[inline(always)]
    pub fn space(&mut self) {
        if self.peek().is_none_or(|byte| byte <= b' ') {
            self.spaces();
        }
    }

    #[inline(never)]
    fn spaces(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b' ' {
                while self.word() == Some(const { eight(b' ') }) {
                    self.at += 8;
                }
                while self.peek() == Some(b' ') {
                    self.at += 1;
                }
            } else if matches!(byte, b'\n' | b'\r' | b'\t') {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Skips `byte`, or fails.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn eat(&mut self, byte: u8) -> ParseResult {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// Skips an opening bracket and white space; returns `false` if `close` follows at once.
    #[inline(always)]
    pub fn open(&mut self, close: u8) -> bool {
        self.at += 1;
        self.space();
        let empty = self.peek() == Some(close);
        self.at += usize::from(empty);
        !empty
    }

    /// Skips the comma between two elements; returns `false` after `close`.
    #[inline(always)]
    pub fn more(&mut self, close: u8) -> ParseResult<bool> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => self.unexpected(),
        }
    }

    /// Reads a key, and skips its colon.
    pub fn key(&mut self) -> ParseResult<Text<'a>> {
        let key = self.string()?;
        self.space();
        self.eat(b':')?;
        self.space();
        Ok(key)
    }

    /// Skips a key of the table and its colon. Skips nothing if the key is not in the table, or if this fast path cannot tell.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn known_key<T>(
        &mut self,
        table: &'static [T],
        expected: usize,
        name: impl Fn(&'static T) -> &'static Name,
    ) -> Option<(usize, &'static T)> {
        let (b'"', rest) = self.bytes.get(self.at..)?.split_first()? else {
            return None;
        };
        let head = shape::quoted_head(rest)?;
        let (index, entry) = search(table, expected, &name, rest, head)?;
        let len = name(entry).text.len();
        if rest.get(len + 1) != Some(&b':') {
            return None;
        }
        self.at += len + 3;
        self.space();
        Some((index, entry))
    }

    /// Skips a string.
    #[inline(always)]
    pub fn skip_string(&mut self) -> ParseResult {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let (len, marked) = block::plain(rest);
        // Most strings are ASCII without escapes.
        if !marked && rest.get(len) == Some(&b'"') {
            self.at += len + 2;
            return Ok(());
        }
        self.string().map(drop)
    }

    /// Reads a string.
    pub fn string(&mut self) -> ParseResult<Text<'a>> {
        self.eat(b'"')?;
        let start = self.at;
        let (mut high, mut escaped) = (false, false);
        loop {
            let (plain, marked) = block::plain(self.bytes.get(self.at..).unwrap_or_default());
            self.at += plain;
            high |= marked;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(byte) if byte >= b' ' => {
                    high |= !byte.is_ascii();
                    self.at += 1;
                }
                _ => return self.unexpected(),
            }
        }
        let raw = self.since(start);
        if high {
            Self::utf8(raw, start)?;
        }
        self.at += 1;
        Ok(Text { raw, escaped })
    }

    fn utf8(raw: &[u8], start: usize) -> ParseResult {
        match std::str::from_utf8(raw) {
            Ok(_) => Ok(()),
            Err(error) => Err(Fault::at(start + error.valid_up_to(), FaultReason::Utf8)),
        }
    }

    fn escape(&mut self) -> ParseResult {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.peek() {
                        Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                        _ => return self.unexpected(),
                    }
                }
            }
            _ => return self.unexpected(),
        }
        Ok(())
    }

    fn digits(&mut self) -> ParseResult {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            self.unexpected()
        } else {
            Ok(())
        }
    }

    /// Skips a number; returns `true` if it has neither fraction nor exponent.
    pub fn number(&mut self) -> ParseResult<bool> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(integer)
    }

    /// Skips `true`, `false` or `null`.
    pub fn literal(&mut self, word: &str) -> ParseResult {
        word.bytes().try_for_each(|byte| self.eat(byte))
    }

    /// Skips any value with at most `depth` levels of nesting.
    pub fn skip(&mut self, depth: u32) -> ParseResult {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'{') => self.skip_object(depth),
            Some(b'[') => self.skip_list(depth),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            _ => self.unexpected(),
        }
    }

    /// The remaining depth inside a bracket, or a fault.
    #[inline(always)]
    pub fn deeper(&self, depth: u32) -> ParseResult<u32> {
        match depth.checked_sub(1) {
            Some(depth) => Ok(depth),
            None => self.fail(FaultReason::Depth),
        }
    }

    fn skip_object(&mut self, depth: u32) -> ParseResult {
        let depth = self.deeper(depth)?;
        let mut more = self.open(b'}');
        while more {
            let key = self.key()?;
            self.skip(depth)
                .map_err(|fault| fault.under_key(&key.decode()))?;
            more = self.more(b'}')?;
        }
        Ok(())
    }

    fn skip_list(&mut self, depth: u32) -> ParseResult {
        let depth = self.deeper(depth)?;
        let (mut more, mut index) = (self.open(b']'), 0);
        while more {
            self.skip(depth).map_err(|fault| fault.under_index(index))?;
            index += 1;
            more = self.more(b']')?;
        }
        Ok(())
    }

    /// Checks that only white space is left.
    pub fn end(&mut self) -> ParseResult {
        self.space();
        if self.at < self.bytes.len() {
            self.unexpected()
        } else {
            Ok(())
        }
    }

    /// The JSON type of the value at the cursor.
    pub fn noun(&self) -> Option<&'static str> {
        Some(match self.peek()? {
            b'"' => "string",
            b'{' => "object",
            b'[' => "array",
            b't' | b'f' => "boolean",
            b'n' => "null",
            b'-' | b'0'..=b'9' => "number",
            _ => return None,
        })
    }
}
