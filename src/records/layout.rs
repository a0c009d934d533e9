//! Infers the layout of the file from its first bytes, because the layout is not documented.
//!
//! A file that begins with `[` is an array of records. A file that begins with `{` is examined member by member, including nested objects
//! down to [`LEVELS`]. It is one of these:
//!
//! - Records that follow one another, on separate lines or not: the object has a field that only a profile has (`refId`, `displayNames`,
//!   `activeSocialAccounts`) or another field of a profile (`title`, `created` and more), or another object follows it.
//! - A list of records somewhere inside: an array named `users`, `profiles` or `data`, or an array of objects.
//! - A map from reference id to record: an object of objects with fields of a profile. It is the whole file, or somewhere inside.
//!
//! Some of these are certain at once, so the records can be read while the rest of the file is still arriving. Others remain candidates
//! until the object ends, or until as much has been read as is allowed: for example, an array of objects without fields of a profile may be
//! a list of errors. Below the top level, only arrays and objects with the right name, or with fields of a profile, are candidates.
//!
//! An empty list is used only if there is nothing else. Two equally likely candidates are an error. So is a file without any, because an
//! error response of the storage host is not a profile.

use crate::json::{self, Fault, FaultReason, is_space};
use crate::model::shape::Shape;

/// Fields that only a profile has.
const STRONG: [&str; 3] = ["refId", "displayNames", "activeSocialAccounts"];
/// Fields of a profile that an object around the records may have, too.
const WEAK: [&str; 6] = [
    "title",
    "created",
    "email",
    "suspended",
    "monthlyApiCalls",
    "monthlyPostCount",
];
/// Names for a list of records.
const NAMED: [&str; 3] = ["users", "profiles", "data"];
/// How many objects may be nested around the records.
const LEVELS: usize = 3;

/// A place where the records may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Whether they are the values of an object, as opposed to the elements of an array.
    pub is_map: bool,
    /// The first byte after the opening bracket.
    pub inside: usize,
    /// The names of the members that lead there, one for each object around it.
    pub names: Vec<String>,
    /// Whether it has a typical name, or its first record has a field of a profile.
    pub likely: bool,
}

impl Candidate {
    /// The place as a path; empty for the whole object.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for name in &self.names {
            json::push_step(&mut path, name);
        }
        path
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    /// The records are inside the object.
    Inside(Candidate),
    /// There are two places where the records may be.
    Ambiguous(Candidate, Candidate),
    /// The records are the object itself and any that follow.
    Lines,
    /// The object has no records.
    None,
}

/// What comes after the available bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// More bytes, and it is possible to wait for them.
    More,
    /// More bytes, but the limit is reached, so the decision must be made without them.
    TooMany,
    /// The end of the file.
    Nothing,
}

/// Infers the layout of a file that begins with an object. `Ok(None)` means that more bytes are needed.
pub(super) fn find(bytes: &[u8], rest: Rest) -> Result<Option<Layout>, Fault> {
    let mut walk = Walk::new(bytes);
    walk.at = 1;
    let mut seen = Seen::at(1);
    let layout = match walk.object(&mut seen) {
        Ok(()) => {
            // The end of the file is conclusive, too: no object follows.
            let more = match walk.next() {
                Ok(byte) => byte == b'{',
                Err(_) if rest == Rest::More => return Ok(None),
                Err(_) => false,
            };
            walk.choose(&seen, more)
        }
        Err(SearchEnd::Record) => Layout::Lines,
        Err(SearchEnd::Found(found)) => walk.certain(found),
        Err(SearchEnd::Fault(fault))
            if fault.reason == FaultReason::Truncated && rest == Rest::More =>
        {
            return Ok(None);
        }
        Err(SearchEnd::Fault(fault)) => {
            let cut = fault.reason == FaultReason::Truncated && rest == Rest::Nothing;
            return walk.broken(&seen, fault, cut).map(Some);
        }
    };
    Ok(Some(layout))
}

/// The most likely place of records in one member of an object at the path `outer`.
pub(super) fn look_into(outer: &[String], name: &str, value: &[u8]) -> Option<Candidate> {
    if is_strong(name) || is_weak(name) {
        return None;
    }
    let mut walk = Walk::new(value);
    walk.names = outer.to_vec();
    let walked = match value.first() {
        Some(b'[') => walk.array(name, &mut Seen::at(0)),
        Some(b'{') => {
            walk.names.push(name.to_owned());
            walk.at = 1;
            walk.object(&mut Seen::at(1))
        }
        _ => return None,
    };
    match walked {
        Err(SearchEnd::Found(found)) => return Some(found),
        Err(SearchEnd::Record) => return None,
        Ok(()) | Err(SearchEnd::Fault(_)) => {}
    }
    let likely = walk.candidates.iter().find(|one| one.likely);
    likely.or(walk.candidates.first()).cloned()
}

/// What an object contains, as far as it has been read.
#[derive(Debug)]
struct Seen {
    /// The first byte after its opening bracket.
    inside: usize,
    scalars: u32,
    arrays: u32,
    objects: u32,
    weak: bool,
    empty_array: Option<usize>,
    /// Whether the inner object that is being read may be a record.
    within: bool,
    /// Whether it is already a candidate, as a map.
    is_map: bool,
}

impl Seen {
    fn at(inside: usize) -> Self {
        Seen {
            inside,
            scalars: 0,
            arrays: 0,
            objects: 0,
            weak: false,
            empty_array: None,
            within: false,
            is_map: false,
        }
    }

    fn only_objects(&self) -> bool {
        self.scalars == 0 && self.arrays == 0 && !self.weak
    }
}

/// Why a search ends early.
#[derive(Debug)]
enum SearchEnd {
    Fault(Fault),
    /// The current object is a record.
    Record,
    /// The records are here.
    Found(Candidate),
}

impl From<Fault> for SearchEnd {
    fn from(fault: Fault) -> Self {
        SearchEnd::Fault(fault)
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Names of the members on the current path.
    names: Vec<String>,
    candidates: Vec<Candidate>,
    /// An empty list with a typical name.
    empty: Option<Candidate>,
}

fn is_strong(name: &str) -> bool {
    STRONG.contains(&name)
}

fn is_weak(name: &str) -> bool {
    WEAK.contains(&name)
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Walk {
            bytes,
            at: 0,
            names: Vec::new(),
            candidates: Vec::new(),
            empty: None,
        }
    }

    /// Examines an object, from after its opening bracket to after the closing one.
    fn object(&mut self, seen: &mut Seen) -> Result<(), SearchEnd> {
        let mut more = self.next()? != b'}';
        while more {
            let name = self.name()?;
            if is_strong(&name) {
                return Err(SearchEnd::Record);
            }
            self.value(&name, seen)?;
            match self.next()? {
                b',' => {
                    self.at += 1;
                    self.next()?;
                }
                b'}' => more = false,
                _ => return Err(self.fault(FaultReason::Syntax).into()),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Reads the name of a member and the colon after it.
    fn name(&mut self) -> Result<String, Fault> {
        let start = self.at;
        self.skip(&Shape::String)?;
        let name = json::string(self.since(start)).unwrap_or_default();
        if self.next()? != b':' {
            return Err(self.fault(FaultReason::Syntax));
        }
        self.at += 1;
        Ok(name.into_owned())
    }

    /// Examines the value of a member.
    fn value(&mut self, name: &str, seen: &mut Seen) -> Result<(), SearchEnd> {
        let weak = is_weak(name);
        seen.weak |= weak;
        match self.next()? {
            b'[' if !weak => self.array(name, seen),
            b'{' if !weak => self.inner(name, seen),
            _ => {
                seen.scalars += 1;
                Ok(self.skip(&Shape::Any)?)
            }
        }
    }

    fn array(&mut self, name: &str, seen: &mut Seen) -> Result<(), SearchEnd> {
        let start = self.at;
        let inside = start + 1;
        self.at = inside;
        let (top, named) = (self.names.is_empty(), NAMED.contains(&name));
        let mut found = self.candidate(false, inside, name, named);
        let deep = found.names.len() > LEVELS;
        match self.next()? {
            _ if deep => {}
            b'{' if top && named => return Err(SearchEnd::Found(found)),
            b'{' => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let has = |test: fn(&str) -> bool| json::members(rest).any(|(name, _)| test(&name));
                let strong = has(is_strong);
                found.likely |= strong;
                if strong && (top || named) {
                    return Err(SearchEnd::Found(found));
                }
                let counts = top || found.likely;
                if counts {
                    self.candidates.push(found.clone());
                }
                self.skip(&Shape::Any)?;
                let weak = has(is_weak);
                if weak && named {
                    self.candidates.pop();
                    return Err(SearchEnd::Found(found));
                }
                if counts && let Some(last) = self.candidates.last_mut() {
                    last.likely |= weak;
                }
            }
            b']' => {
                seen.empty_array = Some(inside);
                if named && self.empty.is_none() {
                    self.empty = Some(found);
                }
            }
            _ if top && named => {
                found.likely = false;
                self.candidates.push(found);
            }
            _ => {}
        }
        seen.arrays += 1;
        self.at = start;
        Ok(self.skip(&Shape::Any)?)
    }

    /// Examines a nested object: it may be a record, or contain records.
    fn inner(&mut self, name: &str, seen: &mut Seen) -> Result<(), SearchEnd> {
        let start = self.at;
        let named = NAMED.contains(&name);
        if self.names.len() > LEVELS {
            seen.objects += 1;
            return Ok(self.skip(&Shape::Any)?);
        }
        let before = self.candidates.len();
        self.at += 1;
        let mut inner = Seen::at(self.at);
        seen.within = !named;
        self.names.push(name.to_owned());
        let result = self.object(&mut inner);
        self.names.pop();
        let (strong, weak) = match result {
            Ok(()) => (
                false,
                inner.weak && !self.candidates.iter().skip(before).any(|one| one.likely),
            ),
            Err(SearchEnd::Record) => {
                self.candidates.truncate(before);
                (true, false)
            }
            Err(stop) => return Err(stop),
        };
        seen.within = false;
        if named {
            // An object with the name of a list is not a record.
            seen.scalars += 1;
            let empty = inner.only_objects() && inner.objects == 0 && !strong;
            if empty && name != "data" && self.empty.is_none() {
                self.empty = Some(self.candidate(true, inner.inside, name, true));
            }
        } else if strong || weak {
            self.record_of(seen, strong)?;
        }
        seen.objects += u32::from(!named);
        if strong {
            self.at = start;
            self.skip(&Shape::Any)?;
        }
        Ok(())
    }

    /// One of the current object's members is a record. This makes the object a map, unless it has members of other kinds.
    fn record_of(&mut self, seen: &mut Seen, strong: bool) -> Result<(), SearchEnd> {
        if !seen.only_objects() || seen.is_map {
            return Ok(());
        }
        let named = self
            .names
            .last()
            .is_some_and(|name| NAMED.contains(&name.as_str()));
        let map = Candidate {
            is_map: true,
            inside: seen.inside,
            names: self.names.clone(),
            likely: true,
        };
        if self.names.is_empty() || named {
            return Err(SearchEnd::Found(map));
        }
        if strong {
            seen.is_map = true;
            self.candidates.push(map);
        }
        Ok(())
    }

    fn candidate(&self, is_map: bool, inside: usize, name: &str, likely: bool) -> Candidate {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Candidate {
            is_map,
            inside,
            names,
            likely,
        }
    }

    fn likely(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|one| one.likely)
    }

    /// The layout for a certain place, unless an earlier place is likely, too.
    fn certain(&self, found: Candidate) -> Layout {
        match self.likely().next() {
            Some(earlier) => Layout::Ambiguous(earlier.clone(), found),
            None => Layout::Inside(found),
        }
    }

    /// The layout of a file that begins with an object in which no place was certain.
    fn choose(&self, seen: &Seen, more: bool) -> Layout {
        let lines = more || seen.weak;
        if !(more && seen.weak)
            && let Some(layout) = one_of(self.likely())
        {
            return layout;
        }
        if lines {
            return Layout::Lines;
        }
        if let Some(layout) = one_of(self.candidates.iter()) {
            return layout;
        }
        let inside = |is_map, inside, names| {
            Layout::Inside(Candidate {
                is_map,
                inside,
                names,
                likely: false,
            })
        };
        match (&self.empty, seen.empty_array) {
            (Some(empty), _) => Layout::Inside(empty.clone()),
            (None, Some(at)) if (seen.arrays, seen.objects) == (1, 0) => {
                inside(false, at, vec![String::new()])
            }
            _ if seen.only_objects() => inside(true, seen.inside, Vec::new()),
            _ => Layout::None,
        }
    }

    /// The layout of a file that begins with an object that cannot be read to its end. A fault in a record is left to the reader, which
    /// handles it as in any other record.
    fn broken(&self, seen: &Seen, fault: Fault, cut: bool) -> Result<Layout, Fault> {
        if let Some(layout) = one_of(self.likely()) {
            return Ok(layout);
        }
        if seen.weak {
            return Ok(Layout::Lines);
        }
        let found = one_of(self.candidates.iter()).filter(|_| !cut);
        if let Some(layout) = found {
            return Ok(layout);
        }
        if seen.within && seen.only_objects() {
            return Ok(Layout::Inside(Candidate {
                is_map: true,
                inside: seen.inside,
                names: Vec::new(),
                likely: true,
            }));
        }
        Err(fault)
    }

    fn skip(&mut self, shape: &'static Shape) -> Result<(), Fault> {
        self.at = json::check_at(self.bytes, self.at, shape)?.end;
        Ok(())
    }

    fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    /// Skips white space, and returns the byte after it.
    fn next(&mut self) -> Result<u8, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| is_space(**byte)).count();
        self.at += space;
        rest.get(space)
            .copied()
            .ok_or_else(|| self.fault(FaultReason::Truncated))
    }

    fn fault(&self, reason: FaultReason) -> Fault {
        Fault::new(self.at, reason)
    }
}

fn one_of<'a>(mut candidates: impl Iterator<Item = &'a Candidate>) -> Option<Layout> {
    let first = candidates.next()?;
    Some(match candidates.next() {
        Some(second) => Layout::Ambiguous(first.clone(), second.clone()),
        None => Layout::Inside(first.clone()),
    })
}
