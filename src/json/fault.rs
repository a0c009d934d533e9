//! What is wrong with a body, and where. Contains JSON types and paths but never values, because a body may hold secrets.

use std::fmt;

use crate::digits;

/// The longest key that is shown in full in a path, in characters.
const KEY_MAX: usize = 64;

/// How many mismatches are listed; the rest are only counted.
const LISTED_MAX: usize = 100;

/// Why a body is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path, such as `displayNames[3].refreshDaysRemaining`; empty for the body itself. Keys that are not identifiers are in brackets:
    /// `["odd key"]`.
    pub path: String,
    /// The byte offset in the body.
    pub offset: usize,
    /// What is wrong there.
    pub reason: FaultReason,
    /// All contradictions of the types, including this one, if the body is rejected for one.
    pub mismatches: Mismatches,
}

/// A place where a body contradicts its types. It does not contain the value, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch<'a> {
    /// The path, as in [`Fault::path`]; it consists only of documented field names and indices.
    pub path: &'a str,
    /// The documented type: `string`, `number`, `integer`, `boolean`, `array` or `object`.
    pub expected: &'a str,
    /// The actual type: `null`, a JSON type as above, or [`MISSING`].
    pub found: &'a str,
}

impl Mismatch<'_> {
    /// The path without indices, which is the same for all elements of a list: `displayNames[].id`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = String::new();
        for (index, part) in self.path.split('[').enumerate() {
            if index > 0 {
                place.push('[');
            }
            place.push_str(part.trim_start_matches(|c: char| index > 0 && c.is_ascii_digit()));
        }
        place
    }
}

/// The `found` type of a required field that is missing.
pub const MISSING: &str = "missing";

/// The places where a body contradicts its types: the first 100, and their total number. Takes one word if there are none, which is almost
/// always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mismatches(Option<Box<Listed>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    /// One line per place, with three words separated by spaces, which paths never contain. This takes less code than a list, and is passed
    /// to JavaScript as one string.
    lines: String,
    count: usize,
    /// The offset of the first mismatch; `reason` is what is wrong there.
    offset: usize,
    reason: FaultReason,
}

impl Mismatches {
    /// Whether the body fits its types.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The total number of mismatches.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |listed| listed.count)
    }

    /// The first 100, in the order of the types' fields.
    pub fn iter(&self) -> impl Iterator<Item = Mismatch<'_>> {
        self.lines().lines().filter_map(|line| {
            let (path, types) = line.split_once(' ')?;
            let (expected, found) = types.split_once(' ')?;
            Some(Mismatch {
                path,
                expected,
                found,
            })
        })
    }

    /// The first 100, one per line: path, expected type and found type.
    pub(crate) fn lines(&self) -> &str {
        self.0.as_ref().map_or("", |listed| &listed.lines)
    }

    /// Removes the byte offset, because the bytes have been moved since.
    pub(crate) fn without_offset(mut self) -> Self {
        if let Some(listed) = &mut self.0 {
            listed.offset = 0;
        }
        self
    }

    /// Converts mismatches to a rejection, for callers that require every field to be as documented.
    ///
    /// # Errors
    /// The first mismatch, with the list of all, if there is one.
    pub fn deny(self) -> Result<(), Fault> {
        let Some(listed) = &self.0 else {
            return Ok(());
        };
        let mut fault = Fault::new(listed.offset, listed.reason);
        let path = listed.lines.chars().take_while(|c| *c != ' ');
        fault.path.extend(path);
        fault.mismatches = self;
        Err(fault)
    }

    /// Adds a mismatch; `found` is `None` if the field is missing.
    pub(super) fn push(
        &mut self,
        path: &str,
        offset: usize,
        expected: &'static str,
        found: Option<&'static str>,
    ) {
        let reason = reason(expected, found);
        let found = found.unwrap_or(MISSING);
        let listed = self.0.get_or_insert_with(|| {
            Box::new(Listed {
                lines: String::new(),
                count: 0,
                offset,
                reason,
            })
        });
        if listed.count < LISTED_MAX {
            for part in [path, " ", expected, " ", found, "\n"] {
                listed.lines.push_str(part);
            }
        }
        listed.count += 1;
    }
}

/// The kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultReason {
    /// The body ends too early.
    Truncated,
    /// The body is not JSON.
    Syntax,
    /// The body is not UTF-8.
    Utf8,
    /// The body begins with a byte order mark, which JSON forbids.
    ByteOrderMark,
    /// The body is nested more than [`DEPTH_MAX`](super::DEPTH_MAX) levels deep.
    Depth,
    /// A value has the wrong type. Both types have JSON's names.
    Type {
        /// The documented type.
        expected: &'static str,
        /// The actual type.
        found: &'static str,
    },
    /// A required field is missing.
    Missing,
}

impl FaultReason {
    /// Whether the JSON is valid and only its shape is wrong.
    #[must_use]
    pub fn is_shape(&self) -> bool {
        matches!(self, FaultReason::Type { .. } | FaultReason::Missing)
    }
}

impl Fault {
    /// A fault in the value itself.
    pub(crate) fn new(offset: usize, reason: FaultReason) -> Self {
        Fault {
            path: String::new(),
            offset,
            reason,
            mismatches: Mismatches::default(),
        }
    }
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "faults travel boxed, see `ParseResult`"
)]
impl Fault {
    /// A fault in the value under the cursor. The callers prepend the path as the fault propagates.
    #[cold]
    pub(crate) fn at(offset: usize, reason: FaultReason) -> Box<Fault> {
        Box::new(Fault::new(offset, reason))
    }

    /// Prepends the key of the object field that holds the value.
    #[cold]
    pub(crate) fn under_key(mut self: Box<Self>, key: &str) -> Box<Self> {
        let mut path = String::new();
        push_key(&mut path, key);
        self.prepend(&path);
        self
    }

    /// Prepends the index of the array element that holds the value.
    #[cold]
    pub(crate) fn under_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        let mut path = String::new();
        push_index(&mut path, index);
        self.prepend(&path);
        self
    }

    /// The message, as a part of a sentence.
    pub(crate) fn text(&self) -> String {
        let (what, after) = match self.reason {
            FaultReason::Truncated => ("it is cut short after ", " bytes"),
            FaultReason::Syntax => ("it is not valid JSON at byte ", ""),
            FaultReason::Utf8 => ("it is not valid UTF-8 at byte ", ""),
            FaultReason::Depth => ("it is nested too deeply at byte ", ""),
            FaultReason::ByteOrderMark => return String::from("it begins with a byte order mark"),
            FaultReason::Type { expected, found } => {
                return self.about(&[" is of type ", found, ", expected ", expected]);
            }
            FaultReason::Missing => return self.about(&[" is missing"]),
        };
        let mut text = String::from(what);
        digits::push(&mut text, self.offset);
        text.push_str(after);
        text
    }

    fn about(&self, said: &[&str]) -> String {
        if self.path.is_empty() {
            return ["it", &said.concat()].concat();
        }
        ["`", &self.path, "`", &said.concat()].concat()
    }

    fn prepend(&mut self, step: &str) {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = [step, dot, &self.path].concat();
    }
}

/// Why a value does not fit; `found` is `None` if the field is missing.
pub(super) fn reason(expected: &'static str, found: Option<&'static str>) -> FaultReason {
    match found {
        Some(found) => FaultReason::Type { expected, found },
        None => FaultReason::Missing,
    }
}

/// Appends an array index to a path.
pub(super) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    digits::push(path, index);
    path.push(']');
}

/// Appends a key to a path.
pub(crate) fn push_step(path: &mut String, key: &str) {
    let mut step = String::new();
    push_key(&mut step, key);
    if !path.is_empty() && !step.starts_with('[') {
        path.push('.');
    }
    path.push_str(&step);
}

/// Appends a key to a path, without a dot before it.
fn push_key(path: &mut String, key: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
    let first = key.as_bytes().first();
    let identifier = first.is_some_and(|byte| !byte.is_ascii_digit()) && key.bytes().all(plain);
    if identifier && key.len() <= KEY_MAX {
        path.push_str(key);
        return;
    }
    path.push_str("[\"");
    for (count, c) in key.chars().enumerate() {
        match c {
            _ if count == KEY_MAX => {
                path.push('…');
                break;
            }
            '"' | '\\' => path.extend(['\\', c]),
            c if c.is_control() => path.push('\u{fffd}'),
            c => path.push(c),
        }
    }
    path.push_str("\"]");
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::error::Error for Fault {}
