//! Files to read, and a second opinion on what is in them.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::option_option)]

use ayrshare_user::records::{Delivery, Options, ReadError, Reader};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// All that a reader said.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub records: Vec<Vec<u8>>,
    /// Where in the file each batch ended, once per record of it.
    pub ends: Vec<u64>,
    pub rejected: Vec<(ReadError, Option<Vec<u8>>)>,
    pub invalid: u64,
    pub filtered: u64,
    pub error: Option<ReadError>,
}

impl Outcome {
    pub fn drain(&mut self, reader: &mut Reader) {
        loop {
            match reader.next_record() {
                Ok(Some(Delivery::Records(batch))) => {
                    let text: Vec<Value> = serde_json::from_slice(batch.text()).unwrap_or_default();
                    let single: Vec<Value> = batch
                        .records()
                        .map(|record| serde_json::from_slice(record).unwrap_or_default())
                        .collect();
                    assert!(text.is_empty() || text == single);
                    assert_eq!(batch.len(), 1);
                    self.records.extend(batch.records().map(<[u8]>::to_vec));
                    self.ends.push(reader.resume_offset());
                }
                Ok(Some(Delivery::Rejected(rejected))) => {
                    self.rejected.push((rejected.error, rejected.raw));
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(reader.next_record().unwrap_err(), error);
                    self.error = Some(error);
                    break;
                }
            }
        }
        self.invalid = reader.progress().invalid;
        self.filtered = reader.progress().filtered;
    }
}

pub fn read(file: &[u8], options: Options) -> Outcome {
    read_pieces(std::iter::once(file), options)
}

pub fn read_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>, options: Options) -> Outcome {
    let mut reader = Reader::new(options);
    let mut outcome = Outcome::default();
    for piece in pieces {
        reader.feed(piece);
        outcome.drain(&mut reader);
    }
    if outcome.error.is_none() {
        reader.end();
        outcome.drain(&mut reader);
    }
    outcome
}

pub fn values(records: &[Vec<u8>]) -> Vec<Value> {
    records
        .iter()
        .map(|record| serde_json::from_slice(record).unwrap())
        .collect()
}

const STRONG: [&str; 3] = ["refId", "displayNames", "activeSocialAccounts"];
const WEAK: [&str; 6] = [
    "title",
    "created",
    "email",
    "suspended",
    "monthlyApiCalls",
    "monthlyPostCount",
];

/// The records of a file by the documented rules, from the whole tree; `None` when it is no valid
/// batch file.
pub fn oracle(file: &[u8]) -> Option<Vec<Value>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let first = file.trim_ascii_start().first()?;
    let records = match first {
        b'[' => serde_json::from_slice::<Vec<Value>>(file).ok()?,
        b'{' => of_objects(file)?,
        _ => return None,
    };
    records.iter().all(Value::is_object).then_some(records)
}

fn of_objects(file: &[u8]) -> Option<Vec<Value>> {
    let mut stream = serde_json::Deserializer::from_slice(file).into_iter::<Value>();
    let mut objects = Vec::new();
    let mut end = 0;
    loop {
        match stream.next() {
            None => break,
            Some(object) => objects.push(object.ok()?),
        }
        let start = end;
        end = stream.byte_offset();
        // Records need white space between them, which serde does not ask for.
        if start > 0 && !file[start].is_ascii_whitespace() {
            return None;
        }
    }
    let first = ordered(file)?;
    if let Some(records) = first.records()? {
        return (objects.len() == 1).then_some(records);
    }
    Some(objects)
}

/// The members of the first object, in order and with duplicates.
struct Ordered(Vec<(String, Value)>, bool);

fn ordered(file: &[u8]) -> Option<Ordered> {
    let mut stream = serde_json::Deserializer::from_slice(file).into_iter::<Members>();
    let Members(members) = stream.next()?.ok()?;
    let more = stream.next().is_some();
    Some(Ordered(members, more))
}

struct Members(Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

impl Ordered {
    /// `Some(None)`: the objects of the file are records themselves. `None`: no batch file.
    fn records(&self) -> Option<Option<Vec<Value>>> {
        let Ordered(members, more) = self;
        let weak = |name: &str| WEAK.contains(&name);
        let (mut seen_weak, mut others) = (false, false);
        for (position, (name, value)) in members.iter().enumerate() {
            if STRONG.contains(&name.as_str()) {
                return Some(None);
            }
            seen_weak |= weak(name);
            let named = ["users", "profiles", "data"].contains(&name.as_str());
            let of_objects = |value: &Value| value.get(0).is_some_and(Value::is_object);
            if !weak(name) && value.is_array() && (named || of_objects(value)) {
                let rest = &members[position + 1..];
                let second = !named && rest.iter().any(|(_, value)| of_objects(value));
                return (!second).then(|| Some(value.as_array().unwrap().clone()));
            }
            if weak(name) || named || !value.is_object() {
                others = true;
            } else if !others
                && value
                    .as_object()
                    .unwrap()
                    .keys()
                    .any(|key| weak(key) || STRONG.contains(&&**key))
            {
                return self.map();
            }
        }
        if *more || seen_weak {
            return Some(None);
        }
        let arrays: Vec<&Value> = members
            .iter()
            .map(|(_, value)| value)
            .filter(|value| value.is_array())
            .collect();
        match &arrays[..] {
            [only]
                if only.as_array().unwrap().is_empty()
                    && members.iter().all(|(_, value)| !value.is_object()) =>
            {
                Some(Some(Vec::new()))
            }
            [] if !others => self.map(),
            _ => None,
        }
    }

    fn map(&self) -> Option<Option<Vec<Value>>> {
        let with_id = |(name, value): &(String, Value)| {
            let mut object: Map<String, Value> = value.as_object()?.clone();
            object.entry("refId").or_insert_with(|| name.clone().into());
            Some(Value::Object(object))
        };
        self.0.iter().map(with_id).collect::<Option<_>>().map(Some)
    }
}

const A: &str = r#"{"activeSocialAccounts":["telegram"],"displayNames":[{"platform":"telegram","id":-10017,"displayName":"Tel [\"x\"] }{ \\"}],"refId":"a1"}"#;
const B: &str = r#"{"created":{"_seconds":1.5e3,"utc":"2024-01-04T15:51:17Z"},"email":null,"title":"Grüße 👋 \u00e9\n","suspended":true}"#;
const C: &str =
    r#"{"refId":"c3","extra":[[],{},[{"deep":[1,2,{"x":null}]}],false,-0.5E-2,""],"title":""}"#;

/// A file of each layout, and some more of each.
pub fn files() -> Vec<(&'static str, String)> {
    vec![
        ("array", format!("[{A},{B},{C}]")),
        (
            "spaced array",
            format!("\u{feff} [ {A} ,\r\n\t{B}\n,\n{C} ] \n"),
        ),
        ("wrapped", format!(r#"{{"users":[{A},{B},{C}]}}"#)),
        (
            "wrapped between members",
            format!(
                r#" {{ "meta" : {{"n":[1]}}, "count":3,"tags":["x"], "profiles" : [ {A} , {B},{C} ] , "next":null,"more":{{"a":[{{}}]}} }} "#
            ),
        ),
        (
            "wrapped by another name",
            format!(r#"{{"ok":true,"items":[{A},{B}],"page":[1,2]}}"#),
        ),
        ("map", format!(r#"{{"k1":{A},"k\u00e9\"2":{B},"k3":{C}}}"#)),
        (
            "spaced map",
            format!("{{ \"k1\" : {B} ,\n \"k2\" : {{ }} }}\n"),
        ),
        ("lines", format!("{A}\n{B}\n{C}\n")),
        (
            "lines without last newline",
            format!("\n{B}\r\n\r\n{C} {A}"),
        ),
        ("single", format!("{B}\n")),
    ]
}

/// A generated file, with the name of its layout.
pub fn any_file() -> impl Strategy<Value = (&'static str, String)> {
    let text = "[a-z\"\\\\{}\\[\\],:é👋\n]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        // Short, so that an `e` by damage leaves a number that serde can hold; engines take any.
        (-999..1_000).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..4)
                .prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    });
    let name = prop_oneof![text, Just("title".to_owned()), Just("refId".to_owned())];
    let record = prop::collection::btree_map(name, value, 0..6)
        .prop_map(|map| Value::from(Map::from_iter(map)).to_string());
    (prop::collection::vec(record, 0..6), 0..5).prop_map(|(records, layout)| match layout {
        0 => ("array", format!("[{}]", records.join(","))),
        1 => (
            "wrapped",
            format!(r#"{{"n":1,"users":[{}],"z":[]}}"#, records.join(" , ")),
        ),
        2 => ("map", {
            let keyed = |(index, record): (usize, &String)| format!(r#""k{index}":{record}"#);
            format!(
                "{{{}}}",
                records
                    .iter()
                    .enumerate()
                    .map(keyed)
                    .collect::<Vec<_>>()
                    .join(",")
            )
        }),
        3 => ("lines", records.join("\n") + "\n"),
        _ => (
            "wrapped by another name",
            format!(r#"{{"n":{{}},"items":[{}]}}"#, records.join(",\n")),
        ),
    })
}

/// Every layout around the same texts.
pub fn around(records: &[&str]) -> Vec<String> {
    let keyed: Vec<String> = records
        .iter()
        .enumerate()
        .map(|(i, record)| format!("\"k{i}\":{record}"))
        .collect();
    vec![
        format!("[{}]", records.join(",")),
        format!("{{\"users\":[{}]}}", records.join(" , ")),
        format!("{{{}}}", keyed.join(",")),
        records.join("\n"),
    ]
}
