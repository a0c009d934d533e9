//! Generates files, and determines the expected records independently of the reader.

#![allow(dead_code, reason = "the fuzzers use parts of it")]

use ayrshare_user::records::{
    Delivery, ReadError, Reader, RecordOptions, Report, Sweep, SweepOptions,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Everything that a reader returned.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub records: Vec<Vec<u8>>,
    /// For each record, the file offset at which its batch ended.
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

pub fn read(file: &[u8], options: RecordOptions) -> Outcome {
    read_pieces(std::iter::once(file), options)
}

pub fn read_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>, options: RecordOptions) -> Outcome {
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

/// Sweeps a file that arrives in chunks of this size.
pub fn sweep(file: &[u8], size: usize, options: SweepOptions) -> Report {
    let mut sweep = Sweep::new(options);
    for chunk in file.chunks(size) {
        sweep.reader().feed(chunk);
        sweep.advance().unwrap();
    }
    sweep.reader().end();
    sweep.advance().unwrap();
    sweep.report()
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
const NAMED: [&str; 3] = ["users", "profiles", "data"];

/// A JSON value that preserves the order of members and duplicates.
#[derive(Debug, Clone)]
enum Node {
    Scalar(Value),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl<'de> serde::Deserialize<'de> for Node {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Node;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Scalar(Value::Null))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Scalar(value.into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Scalar(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Scalar(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Scalar(value.into()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Scalar(value.into()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Node, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Node::List(values))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Node::Object(members))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Node {
    fn value(&self) -> Value {
        match self {
            Node::Scalar(value) => value.clone(),
            Node::List(values) => values.iter().map(Node::value).collect(),
            Node::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, node)| (name.clone(), node.value()));
                Value::Object(members.collect())
            }
        }
    }

    fn has(&self, names: &[&str]) -> bool {
        matches!(self, Node::Object(members) if members.iter().any(|(name, _)| names.contains(&&**name)))
    }
}

/// The records of a file, found in the whole tree by the documented rules; `None` if it is not a
/// valid batch file.
pub fn oracle(file: &[u8]) -> Option<Vec<Value>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let records = match file.trim_ascii_start().first()? {
        b'[' => serde_json::from_slice::<Vec<Value>>(file).ok()?,
        b'{' => of_objects(file)?,
        _ => return None,
    };
    records.iter().all(Value::is_object).then_some(records)
}

/// The place of the records: the steps that lead there.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    steps: Vec<usize>,
    likely: bool,
}

enum Decision {
    /// Certain, regardless of what follows.
    Found(Place),
    /// The object is a record.
    Record,
}

#[derive(Default)]
struct Search {
    places: Vec<Place>,
    empty: Option<Place>,
}

fn of_objects(file: &[u8]) -> Option<Vec<Value>> {
    let stream = serde_json::Deserializer::from_slice(file).into_iter::<Node>();
    let objects: Vec<Node> = stream.collect::<Result<_, _>>().ok()?;
    if !objects
        .iter()
        .all(|object| matches!(object, Node::Object(_)))
    {
        return None;
    }
    let Node::Object(members) = &objects[0] else {
        return None;
    };
    let lines = || Some(objects.iter().map(Node::value).collect());
    let mut search = Search::default();
    let likely = |search: &Search| -> Vec<Place> {
        search
            .places
            .iter()
            .filter(|place| place.likely)
            .cloned()
            .collect()
    };
    let place = match search.object(members, &[], &[]) {
        Some(Decision::Record) => return lines(),
        Some(Decision::Found(place)) => {
            if !likely(&search).is_empty() {
                return None;
            }
            place
        }
        None => {
            let more = objects.len() > 1;
            let weak = objects[0].has(&WEAK);
            let likely = likely(&search);
            let count =
                |test: fn(&Node) -> bool| members.iter().filter(|(_, node)| test(node)).count();
            let arrays = members
                .iter()
                .filter(|(name, node)| matches!(node, Node::List(_)) && !WEAK.contains(&&**name));
            let objects = members.iter().filter(|(name, node)| {
                matches!(node, Node::Object(_))
                    && !WEAK.contains(&&**name)
                    && !NAMED.contains(&&**name)
            });
            let is_lines = more && weak;
            if !likely.is_empty() && !is_lines {
                if likely.len() > 1 {
                    return None;
                }
                likely[0].clone()
            } else if more || weak {
                return lines();
            } else if !search.places.is_empty() {
                if search.places.len() > 1 {
                    return None;
                }
                search.places[0].clone()
            } else if let Some(empty) = search.empty.clone() {
                empty
            } else if arrays.count() == 1
                && objects.count() == 0
                && count(|node| matches!(node, Node::List(list) if list.is_empty())) == 1
            {
                return (!more).then(Vec::new);
            } else if count(|node| !matches!(node, Node::Object(_))) == 0
                && !members.iter().any(|(name, _)| NAMED.contains(&&**name))
            {
                Place {
                    steps: Vec::new(),
                    likely: false,
                }
            } else {
                return None;
            }
        }
    };
    if objects.len() > 1 {
        return None;
    }
    take(&objects[0], &place)
}

impl Search {
    fn object(
        &mut self,
        members: &[(String, Node)],
        steps: &[usize],
        path: &[&str],
    ) -> Option<Decision> {
        let (mut only_objects, mut is_map) = (true, false);
        for (index, (name, node)) in members.iter().enumerate() {
            let name = name.as_str();
            if STRONG.contains(&name) {
                return Some(Decision::Record);
            }
            let here = [steps, &[index]].concat();
            let (weak, named) = (WEAK.contains(&name), NAMED.contains(&name));
            let inner_path = [path, &[name]].concat();
            match node {
                Node::List(list) if !weak => {
                    only_objects = false;
                    if let Some(decision) = self.list(list, here, &inner_path, steps.is_empty()) {
                        return Some(decision);
                    }
                }
                Node::Object(inner) if !weak => {
                    if steps.len() > 3 {
                        continue;
                    }
                    let before = self.places.len();
                    let is_record = match self.object(inner, &here, &inner_path) {
                        Some(Decision::Record) => {
                            self.places.truncate(before);
                            Some(true)
                        }
                        None if node.has(&WEAK)
                            && self.places[before..].iter().all(|place| !place.likely) =>
                        {
                            Some(false)
                        }
                        None => None,
                        found => return found,
                    };
                    if named {
                        only_objects = false;
                        if inner.is_empty() && name != "data" && self.empty.is_none() {
                            self.empty = Some(Place {
                                steps: here,
                                likely: true,
                            });
                        }
                    } else if let Some(strong) = is_record
                        && only_objects
                        && !is_map
                    {
                        let map = Place {
                            steps: steps.to_vec(),
                            likely: true,
                        };
                        if path.last().is_none_or(|outer| NAMED.contains(outer)) {
                            return Some(Decision::Found(map));
                        }
                        if strong {
                            is_map = true;
                            self.places.push(map);
                        }
                    }
                }
                _ => only_objects = false,
            }
        }
        None
    }

    fn list(
        &mut self,
        list: &[Node],
        steps: Vec<usize>,
        path: &[&str],
        top: bool,
    ) -> Option<Decision> {
        if path.len() > 3 {
            return None;
        }
        let named = path.last().is_some_and(|name| NAMED.contains(name));
        match list.first() {
            Some(first @ Node::Object(_)) => {
                let (strong, weak) = (first.has(&STRONG), first.has(&WEAK));
                let likely = named || strong || weak && top;
                let place = Place { steps, likely };
                if top && named || strong && (top || named) || weak && named {
                    return Some(Decision::Found(place));
                }
                if top || likely {
                    self.places.push(place);
                }
            }
            None if named && self.empty.is_none() => {
                self.empty = Some(Place {
                    steps,
                    likely: true,
                });
            }
            Some(_) if top && named => self.places.push(Place {
                steps,
                likely: false,
            }),
            _ => {}
        }
        None
    }
}

/// The records at the place; `None` if there are others after it.
fn take(root: &Node, place: &Place) -> Option<Vec<Value>> {
    let (mut node, mut path) = (root, Vec::new());
    for (depth, step) in place.steps.iter().enumerate() {
        let Node::Object(members) = node else {
            return None;
        };
        for (name, value) in &members[step + 1..] {
            if STRONG.contains(&name.as_str()) || WEAK.contains(&name.as_str()) {
                continue;
            }
            let mut search = Search::default();
            let names = [&path[..], &[name.as_str()]].concat();
            let found = match value {
                Node::List(list) => search.list(list, vec![0; depth + 1], &names, depth == 0),
                Node::Object(inner) => search.object(inner, &vec![0; depth + 1], &names),
                Node::Scalar(_) => None,
            };
            match found {
                Some(Decision::Found(_)) => return None,
                Some(Decision::Record) => continue,
                None => {}
            }
            if search
                .places
                .iter()
                .any(|other| other.likely || !place.likely)
            {
                return None;
            }
        }
        path.push(members[*step].0.as_str());
        node = &members[*step].1;
    }
    match node {
        Node::List(records) => Some(records.iter().map(Node::value).collect()),
        Node::Object(records) => {
            let with_id = |(name, value): &(String, Node)| {
                let mut object: Map<String, Value> = value.value().as_object()?.clone();
                object.entry("refId").or_insert_with(|| name.clone().into());
                Some(Value::Object(object))
            };
            records.iter().map(with_id).collect()
        }
        Node::Scalar(_) => None,
    }
}

const A: &str = r#"{"activeSocialAccounts":["telegram"],"displayNames":[{"platform":"telegram","id":-10017,"displayName":"Tel [\"x\"] }{ \\"}],"refId":"a1"}"#;
const B: &str = r#"{"created":{"_seconds":1.5e3,"utc":"2024-01-04T15:51:17Z"},"email":null,"title":"Grüße 👋 \u00e9\n","suspended":true}"#;
const C: &str =
    r#"{"refId":"c3","extra":[[],{},[{"deep":[1,2,{"x":null}]}],false,-0.5E-2,""],"title":""}"#;

/// One file of each layout, and more variants of each.
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
        ("joined", format!("{A}{B}{C}")),
        ("joined and spaced", format!(" {B}{C}\n{A}{A} {C}")),
        (
            "list one level deeper",
            format!(r#"{{"status":"success","data":{{"users":[{A},{B},{C}]}}}}"#),
        ),
        (
            "list one level deeper, between members",
            format!(
                r#"{{"n":[],"data" : {{"page":{{"n":1}}, "profiles" : [{B} , {A}],"next":null }} ,"more":[1,{{}}], "z":{{"y":[]}} }}"#
            ),
        ),
        (
            "list deeper by another name",
            format!(r#"{{"ok":true,"result":{{"items":[{C},{B}],"n":2}},"x":1}}"#),
        ),
        (
            "list three levels deep",
            format!(r#"{{"a":{{"b":{{"users":[{A},{C}]}},"c":1}},"d":{{}}}}"#),
        ),
        (
            "map beside plain members",
            format!(r#"{{"count":2,"profiles":{{"k1":{A},"k2":{B},"k3":{{}}}},"next":null}}"#),
        ),
        (
            "map deeper",
            format!(r#"{{"status":"success","data":{{"k1":{B},"k2":{C}}} }}"#),
        ),
        (
            "map deeper by another name",
            format!(r#"{{"n":1,"result":{{"k1":{A},"k2":{B}}}}}"#),
        ),
    ]
}

/// Generates a file, with the name of its layout.
pub fn any_file() -> impl Strategy<Value = (&'static str, String)> {
    let text = "[a-z\"\\\\{}\\[\\],:é👋\n]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        // Short, so that damage which inserts an `e` yields a number that serde can represent;
        // engines accept any.
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
    (prop::collection::vec(record, 0..6), 0..9).prop_map(|(records, layout)| match layout {
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
        5 => ("joined", records.concat() + "\n"),
        6 => (
            "deeper",
            format!(
                r#"{{"n":1,"data":{{"m":null,"users":[{}],"z":[]}}}}"#,
                records.join(",")
            ),
        ),
        7 => (
            "deeper by another name",
            format!(
                r#"{{"n":{{}},"result":{{"items":[{}]}},"z":1}}"#,
                records.join(",")
            ),
        ),
        8 => ("map deeper", {
            let keyed = |(index, record): (usize, &String)| format!(r#""k{index}":{record}"#);
            let all: Vec<_> = records.iter().enumerate().map(keyed).collect();
            format!(r#"{{"n":1,"profiles":{{{}}}}}"#, all.join(","))
        }),
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
        records.concat(),
        format!(
            r#"{{"status":"success","data":{{"users":[{}],"n":1}} }}"#,
            records.join(",")
        ),
        format!(
            r#"{{"count":1,"profiles":{{{}}},"next":null}}"#,
            keyed.join(" , ")
        ),
    ]
}
