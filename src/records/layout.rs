//! How the file is laid out, found from its first bytes: its inner shape is not public.
//!
//! A file that begins with `[` is an array of records. One that begins with `{` is one of these, and is
//! read member by member until one of them decides:
//!
//! - a field only a profile has (`refId`, `displayNames`, `activeSocialAccounts`): the object is a
//!   record itself, alone or the first of many (newline-delimited JSON);
//! - an array named `users`, `profiles` or `data`, or any other array whose first element is an object:
//!   the records are its elements;
//! - an object with a field of a profile, and nothing but objects before: a map from reference id to
//!   record.
//!
//! When the object ends undecided, it is a record if another object follows or if it has a field that
//! profiles have among others (`title`, `created` and more), a map if all its members are objects, and
//! an empty list if its only array is empty. Otherwise there are no records in it, and that is an error: an
//! error answer of the storage host is no profile.

use crate::json::{self, Fault, Reason, is_space};
use crate::model::shape::Shape;

/// Fields that only a profile has.
const STRONG: [&str; 3] = ["refId", "displayNames", "activeSocialAccounts"];
/// Fields of a profile that something around the records could have as well.
const WEAK: [&str; 6] = [
    "title",
    "created",
    "email",
    "suspended",
    "monthlyApiCalls",
    "monthlyPostCount",
];
/// Names of the array of records.
const NAMED: [&str; 3] = ["users", "profiles", "data"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// The records are the elements of an array, whose first byte inside the bracket is at `inside`.
    Array { inside: usize, named: bool },
    /// The records are the values of the object.
    Map,
    /// The records are the object itself and any that follow.
    Lines,
    /// The object holds no records.
    None,
}

/// Finds the layout of a file from the object it begins with. `Ok(None)` means that more bytes are
/// needed, which cannot be when `whole` says that there are no more.
pub(super) fn find(bytes: &[u8], whole: bool) -> Result<Option<Layout>, Fault> {
    let mut walk = Walk {
        bytes,
        whole,
        at: 1,
        seen: Seen::default(),
        within: false,
    };
    match walk.run() {
        Ok(layout) => Ok(Some(layout)),
        Err(fault) if fault.reason == Reason::Truncated && !whole => Ok(None),
        // A first record that is broken inside is for the reader to deal with, like any other.
        Err(_) if walk.seen.weak => Ok(Some(Layout::Lines)),
        Err(_) if walk.within && walk.seen.only_objects() => Ok(Some(Layout::Map)),
        Err(fault) => Err(fault),
    }
}

/// The layout to assume when the bytes allowed for finding it do not decide.
pub(super) fn at_limit(bytes: &[u8]) -> Layout {
    // With nothing behind them, a first record beyond the limit is taken for one that is broken.
    find(bytes, true).ok().flatten().unwrap_or(Layout::None)
}

#[derive(Default)]
struct Seen {
    scalars: u32,
    arrays: u32,
    objects: u32,
    weak: bool,
    empty_array: usize,
}

impl Seen {
    fn only_objects(&self) -> bool {
        self.scalars == 0 && self.arrays == 0 && !self.weak
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    /// Whether nothing follows `bytes`.
    whole: bool,
    at: usize,
    seen: Seen,
    /// Whether an object that may be a record is being read.
    within: bool,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<Layout, Fault> {
        if self.next()? == b'}' {
            return self.ended();
        }
        loop {
            if let Some(layout) = self.member()? {
                return Ok(layout);
            }
            match self.next()? {
                b',' => self.at += 1,
                b'}' => return self.ended(),
                _ => return Err(self.fault(Reason::Syntax)),
            }
        }
    }

    fn member(&mut self) -> Result<Option<Layout>, Fault> {
        self.next()?;
        let start = self.at;
        self.skip(&Shape::String)?;
        let name = json::string(self.since(start))
            .unwrap_or_default()
            .into_owned();
        if self.next()? != b':' {
            return Err(self.fault(Reason::Syntax));
        }
        self.at += 1;
        if STRONG.contains(&name.as_str()) {
            return Ok(Some(Layout::Lines));
        }
        let weak = WEAK.contains(&name.as_str());
        self.seen.weak |= weak;
        let named = NAMED.contains(&name.as_str());
        match self.next()? {
            b'[' if !weak => self.array(named),
            b'{' if !weak && !named => self.object(),
            _ => {
                self.seen.scalars += 1;
                self.skip(&Shape::Any).map(|()| None)
            }
        }
    }

    fn array(&mut self, named: bool) -> Result<Option<Layout>, Fault> {
        let start = self.at;
        let inside = start + 1;
        self.at = inside;
        let first = if named { b'{' } else { self.next()? };
        if first == b'{' {
            return Ok(Some(Layout::Array { inside, named }));
        }
        if first == b']' {
            self.seen.empty_array = inside;
        }
        self.seen.arrays += 1;
        self.at = start;
        self.skip(&Shape::Any).map(|()| None)
    }

    fn object(&mut self) -> Result<Option<Layout>, Fault> {
        let start = self.at;
        self.within = true;
        self.skip(&Shape::Any)?;
        self.within = false;
        self.seen.objects += 1;
        let profile = |name: &str| STRONG.contains(&name) || WEAK.contains(&name);
        let map = self.seen.only_objects()
            && json::members(self.since(start)).any(|(name, _)| profile(&name));
        Ok(map.then_some(Layout::Map))
    }

    fn ended(&mut self) -> Result<Layout, Fault> {
        self.at += 1;
        // At the very end of the file there is no next byte, which is an answer too.
        let more = match self.next() {
            Ok(byte) => byte == b'{',
            Err(_) if self.whole => false,
            Err(fault) => return Err(fault),
        };
        let Seen {
            scalars,
            arrays,
            objects,
            weak,
            empty_array,
        } = self.seen;
        Ok(match (arrays, objects) {
            _ if more || weak => Layout::Lines,
            (1, 0) if empty_array > 0 => Layout::Array {
                inside: empty_array,
                named: true,
            },
            (0, _) if scalars == 0 => Layout::Map,
            _ => Layout::None,
        })
    }

    fn skip(&mut self, shape: &'static Shape) -> Result<(), Fault> {
        self.at = json::check_at(self.bytes, self.at, shape)?;
        Ok(())
    }

    fn since(&self, start: usize) -> &[u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// Steps over white space; the byte behind it.
    fn next(&mut self) -> Result<u8, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| is_space(**byte)).count();
        self.at += space;
        rest.get(space)
            .copied()
            .ok_or_else(|| self.fault(Reason::Truncated))
    }

    fn fault(&self, reason: Reason) -> Fault {
        Fault {
            path: String::new(),
            offset: self.at,
            reason,
        }
    }
}
