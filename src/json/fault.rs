//! What is wrong with a body, and where. Names JSON types and paths, never values: a body may hold
//! secrets.

use std::fmt;

use super::decimal;

/// The longest key that a path shows in full, in characters.
const KEY_MAX: usize = 64;

/// The first thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as `displayNames[3].refreshDaysRemaining`; empty for the body itself. Keys that are no
    /// identifiers stand in brackets: `["odd key"]`.
    pub path: String,
    /// Where, in bytes from the start.
    pub offset: usize,
    /// What.
    pub reason: Reason,
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

#[expect(
    clippy::unnecessary_box_returns,
    reason = "faults travel boxed, see `Step`"
)]
impl Fault {
    /// A fault in the value under the cursor; the callers put the path before it on their way out.
    #[cold]
    pub(crate) fn at(offset: usize, reason: Reason) -> Box<Fault> {
        Box::new(Fault {
            path: String::new(),
            offset,
            reason,
        })
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
        let mut path = String::from("[");
        decimal::push(&mut path, index);
        path.push(']');
        self.prepend(&path);
        self
    }

    /// The fault in words, as a part of a sentence.
    pub(crate) fn text(&self) -> String {
        let (what, after) = match self.reason {
            Reason::Truncated => ("it is cut short after ", " bytes"),
            Reason::Syntax => ("it is not valid json at byte ", ""),
            Reason::Utf8 => ("it is not valid utf-8 at byte ", ""),
            Reason::Depth => ("it is nested too deep at byte ", ""),
            Reason::ByteOrderMark => return String::from("it begins with a byte order mark"),
            Reason::Type { expected, found } => {
                return self.about(&[" is of type ", found, ", expected ", expected]);
            }
            Reason::Missing => return self.about(&[" is missing"]),
        };
        let mut text = String::from(what);
        decimal::push(&mut text, self.offset);
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
