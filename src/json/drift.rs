//! Drift: what a body contains that the types do not declare.

use super::DEPTH_MAX;
use super::cursor::{Cursor, ParseResult, Text};
use super::fault::push_step;
use super::validate::find;
use crate::model::shape::{ObjectShape, Shape, UnionShape};

/// The maximum number of drifts reported for a body.
const DRIFT_MAX: usize = 100;
/// The longest value reported, in bytes.
const VALUE_MAX: usize = 40;

/// Something that the types do not declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// What kind of thing it is.
    pub kind: DriftKind,
    /// The path, without array indices: `displayNames[].fooBar`.
    pub path: String,
    /// The network or value, if it is a short plain word. The values of fields are never reported.
    pub value: Option<String>,
}

/// A kind of drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriftKind {
    /// An unknown field.
    Field,
    /// An unknown network among the linked accounts.
    Network,
    /// An unknown value of a string with known values.
    Value,
}

impl DriftKind {
    /// Its name in events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DriftKind::Field => "field",
            DriftKind::Network => "network",
            DriftKind::Value => "value",
        }
    }
}

/// Lists what `body` contains that `shape` does not declare: each thing once, and at most 100. The
/// body should have passed [`check`](super::check); for others, the list may be incomplete.
#[must_use]
pub fn drift(body: &[u8], shape: &'static Shape) -> Vec<Drift> {
    let mut seeker = Seeker {
        cursor: Cursor::new(body, 0),
        path: String::new(),
        found: Vec::new(),
    };
    seeker.cursor.space();
    // A truncated body ends the search, but the findings up to there remain.
    let _ = seeker.value(shape, DEPTH_MAX);
    seeker.found
}

struct Seeker<'a> {
    cursor: Cursor<'a>,
    path: String,
    found: Vec<Drift>,
}

impl<'a> Seeker<'a> {
    fn value(&mut self, shape: &'static Shape, depth: u32) -> ParseResult {
        match (shape, self.cursor.peek()) {
            (Shape::Open(open), Some(b'"')) => {
                let text = self.cursor.string()?.decode();
                if !open.values.contains(&text.as_ref()) {
                    self.report(DriftKind::Value, Some(&text));
                }
                Ok(())
            }
            (Shape::List(inner), Some(b'[')) => self.list(inner, depth),
            (Shape::Object(object), Some(b'{')) => self.object(object, None, depth),
            (Shape::Union(union), Some(b'{')) => self.union(union, depth),
            _ => self.cursor.skip(depth),
        }
    }

    fn list(&mut self, inner: &'static Shape, depth: u32) -> ParseResult {
        let depth = self.cursor.deeper(depth)?;
        let length = self.path.len();
        self.path.push_str("[]");
        let mut more = self.cursor.open(b']');
        while more {
            self.value(inner, depth)?;
            more = self.cursor.more(b']')?;
        }
        self.path.truncate(length);
        Ok(())
    }

    fn object(
        &mut self,
        object: &'static ObjectShape,
        tag: Option<&'static str>,
        depth: u32,
    ) -> ParseResult {
        let depth = self.cursor.deeper(depth)?;
        let mut more = self.cursor.open(b'}');
        while more {
            let key = self.cursor.key()?;
            let length = self.path.len();
            push_step(&mut self.path, &key.decode());
            if let Some((_, field)) = find(object.fields, &key, 0, |field| &field.name) {
                self.value(field.shape, depth)?;
            } else {
                if tag.is_none_or(|tag| tag != key.decode()) {
                    self.report(DriftKind::Field, None);
                }
                self.cursor.skip(depth)?;
            }
            self.path.truncate(length);
            more = self.cursor.more(b'}')?;
        }
        Ok(())
    }

    fn union(&mut self, union: &'static UnionShape, depth: u32) -> ParseResult {
        let start = self.cursor.at;
        let Some(tag) = self.tag(union, depth)? else {
            return Ok(());
        };
        if let Some((_, member)) = find(union.members, &tag, 0, |member| &member.tag) {
            self.cursor.at = start;
            return self.object(member.object, Some(union.tag.text), depth);
        }
        let length = self.path.len();
        push_step(&mut self.path, union.tag.text);
        self.report(DriftKind::Network, Some(&tag.decode()));
        self.path.truncate(length);
        Ok(())
    }

    /// Reads the tag of the object at the cursor, and skips the object.
    fn tag(&mut self, union: &'static UnionShape, depth: u32) -> ParseResult<Option<Text<'a>>> {
        let depth = self.cursor.deeper(depth)?;
        let (mut more, mut tag) = (self.cursor.open(b'}'), None);
        while more {
            let key = self.cursor.key()?;
            if key.decode() == union.tag.text && self.cursor.peek() == Some(b'"') {
                tag = Some(self.cursor.string()?);
            } else {
                self.cursor.skip(depth)?;
            }
            more = self.cursor.more(b'}')?;
        }
        Ok(tag)
    }

    fn report(&mut self, kind: DriftKind, value: Option<&str>) {
        let plain = |text: &&str| {
            text.len() <= VALUE_MAX
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        let value = value.filter(plain).map(str::to_owned);
        let drift = Drift {
            kind,
            path: self.path.clone(),
            value,
        };
        if self.found.len() < DRIFT_MAX && !self.found.contains(&drift) {
            self.found.push(drift);
        }
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::model::{PINTEREST_DETAILS, USER, USER_BATCH};

    const NETWORKS: &str = include_str!("../../tests/fixtures/user-networks.json");
    const SECRET: &str = include_str!("../../tests/fixtures/details-secret.json");

    fn drifts(body: &str, shape: &'static Shape) -> Vec<String> {
        let show = |drift: Drift| {
            let value = drift.value.unwrap_or_default();
            format!("{} {} {value}", drift.kind.as_str(), drift.path)
                .trim_end()
                .to_owned()
        };
        drift(body.as_bytes(), shape)
            .into_iter()
            .map(show)
            .collect()
    }

    #[test]
    fn the_documented_responses_have_no_unknown_fields() {
        let documented = [
            (include_str!("../../tests/fixtures/user.json"), USER),
            (
                include_str!("../../tests/fixtures/user-nothing-linked.json"),
                USER,
            ),
            (
                include_str!("../../tests/fixtures/details.json"),
                PINTEREST_DETAILS,
            ),
            (include_str!("../../tests/fixtures/batch.json"), USER_BATCH),
        ];
        for (body, shape) in documented {
            assert_eq!(drifts(body, shape), [""; 0]);
        }
    }

    #[test]
    fn reports_unknown_fields_networks_and_values_once() {
        let found = drifts(NETWORKS, USER);
        let known = [
            "value activeSocialAccounts[] foo",
            "network displayNames[].platform foo",
            "field brandNew",
        ];
        assert_eq!(found, known);
        assert_eq!(
            drifts(SECRET, PINTEREST_DETAILS),
            ["field pinterest[].pin_count"]
        );
        let body = r#"{"displayNames":[
        {"fooBar":1,"platform":"gmb","id":"1"}, {"fooBar":2,"platform":"reddit","odd key":[{"x":1}]},
        {"platform":"linkedin","type":"a secret with spaces"}, {"type":"guru","platform":"linkedin"}
    ],"created":{"utc":"","zone":1}}"#;
        let known = [
            "field displayNames[].fooBar",
            "field displayNames[].id",
            "field displayNames[][\"odd key\"]",
            "value displayNames[].type",
            "value displayNames[].type guru",
            "field created.zone",
        ];
        assert_eq!(drifts(body, USER), known);
    }

    #[test]
    fn drift_is_bounded() {
        let mut body = String::from("{\"a\":0");
        for index in 0..1000 {
            write!(body, ",\"k{index}\":{index}").unwrap();
        }
        assert_eq!(drifts(&(body + "}"), USER).len(), 100);
    }
}
