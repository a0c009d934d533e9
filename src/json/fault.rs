//! What is wrong with a body, and where. Names JSON types and paths, never values: a body may hold
//! secrets.

use std::fmt;

use crate::digits;

/// The longest key that a path shows in full, in characters.
const KEY_MAX: usize = 64;

/// How many mismatches are listed; the others are counted.
const LISTED_MAX: usize = 100;

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as `displayNames[3].refreshDaysRemaining`; empty for the body itself. Keys that are no
    /// identifiers stand in brackets: `["odd key"]`.
    pub path: String,
    /// Where, in bytes from the start.
    pub offset: usize,
    /// What.
    pub reason: Reason,
    /// Where the body contradicts its types, this place included, if that is why it is refused.
    pub mismatches: Mismatches,
}

/// A place where a body contradicts its types. It says nothing of the value, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch<'a> {
    /// Where, as [`Fault::path`], in names of documented fields alone.
    pub path: &'a str,
    /// The documented type: `string`, `number`, `integer`, `boolean`, `array` or `object`.
    pub expected: &'a str,
    /// What came: `null`, a JSON type as above, or [`MISSING`].
    pub found: &'a str,
}

impl Mismatch<'_> {
    /// The path without indices, the same for every element of a list: `displayNames[].id`.
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

/// What is found where a field is not there that is documented to be.
pub const MISSING: &str = "missing";

/// The places where a body contradicts its types: the first 100 of them, and how many there are. One word where there
/// are none, which is nearly always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mismatches(Option<Box<Listed>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    /// A line for each place, its three words apart by spaces: paths hold neither. That takes less code than a list, and
    /// goes to JavaScript in one piece.
    lines: String,
    count: usize,
    /// Where the first one is, and what is wrong there.
    offset: usize,
    reason: Reason,
}

impl Mismatches {
    /// Whether the body fits its types.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// How many there are.
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

    /// The first 100, a line each: path, expected and found type.
    pub(crate) fn lines(&self) -> &str {
        self.0.as_ref().map_or("", |listed| &listed.lines)
    }

    /// The same without a place in the bytes, which have been moved since.
    pub(crate) fn without_offset(mut self) -> Self {
        if let Some(listed) = &mut self.0 {
            listed.offset = 0;
        }
        self
    }

    /// The same as a refusal, for those who want every field to be as documented.
    ///
    /// # Errors
    /// The first mismatch, with all the others, if there is one.
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

    /// Adds one; nothing is `found` where a field is missing.
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

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It ends too early.
    Truncated,
    /// It is not JSON.
    Syntax,
    /// It is not UTF-8.
    Utf8,
    /// It begins with a byte order mark, which JSON forbids.
    ByteOrderMark,
    /// It is nested more than [`DEPTH_MAX`](super::DEPTH_MAX) deep.
    Depth,
    /// A value has the wrong type; both are named as JSON names them.
    Type {
        /// The documented type.
        expected: &'static str,
        /// The type that came.
        found: &'static str,
    },
    /// A field that must be there is not.
    Missing,
}

impl Reason {
    /// Whether the JSON is fine and only its shape is wrong.
    #[must_use]
    pub fn is_shape(&self) -> bool {
        matches!(self, Reason::Type { .. } | Reason::Missing)
    }
}

impl Fault {
    /// A fault in the value itself.
    pub(crate) fn new(offset: usize, reason: Reason) -> Self {
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
    reason = "faults travel boxed, see `Step`"
)]
impl Fault {
    /// A fault in the value under the cursor; the callers put the path before it on their way out.
    #[cold]
    pub(crate) fn at(offset: usize, reason: Reason) -> Box<Fault> {
        Box::new(Fault::new(offset, reason))
    }

    /// The same fault, seen from the object that holds the value as field `key`.
    #[cold]
    pub(crate) fn under_key(mut self: Box<Self>, key: &str) -> Box<Self> {
        let mut path = String::new();
        push_key(&mut path, key);
        self.prepend(&path);
        self
    }

    /// The same fault, seen from the array that holds the value as element `index`.
    #[cold]
    pub(crate) fn under_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        let mut path = String::new();
        push_index(&mut path, index);
        self.prepend(&path);
        self
    }

    /// The fault in words, as a part of a sentence.
    pub(crate) fn text(&self) -> String {
        let (what, after) = match self.reason {
            Reason::Truncated => ("it is cut short after ", " bytes"),
            Reason::Syntax => ("it is not valid JSON at byte ", ""),
            Reason::Utf8 => ("it is not valid UTF-8 at byte ", ""),
            Reason::Depth => ("it is nested too deeply at byte ", ""),
            Reason::ByteOrderMark => return String::from("it begins with a byte order mark"),
            Reason::Type { expected, found } => {
                return self.about(&[" is of type ", found, ", expected ", expected]);
            }
            Reason::Missing => return self.about(&[" is missing"]),
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

/// Why a value does not fit; nothing is `found` where it is missing.
pub(super) fn reason(expected: &'static str, found: Option<&'static str>) -> Reason {
    match found {
        Some(found) => Reason::Type { expected, found },
        None => Reason::Missing,
    }
}

/// Appends the step to an element of an array.
pub(super) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    digits::push(path, index);
    path.push(']');
}

/// Appends one step of a path.
pub(crate) fn push_step(path: &mut String, key: &str) {
    let mut step = String::new();
    push_key(&mut step, key);
    if !path.is_empty() && !step.starts_with('[') {
        path.push('.');
    }
    path.push_str(&step);
}

/// Appends one step of a path, without the dot before it.
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
