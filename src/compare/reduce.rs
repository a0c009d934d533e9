//! Reduces a profile to what the reported changes depend on, and turns the reduced form into JSON again.
//!
//! A reduced profile holds, as they were sent: the reference id, the title, the names in `activeSocialAccounts`, and of each account the
//! network, ids, names and `created`. Of the rest of an account, only a hash is kept. It is only needed to pair several accounts of one
//! network, of which unchanged ones are paired first; see `diff.rs`.

use std::borrow::Cow;

use super::pack::{Unpacker, push_number, push_value};
use crate::insight::profile_key;
use crate::json::{TrustedCursor, hash, string};

/// The fields of an account that are kept. The most frequent come first, because their positions are stored as one bit each.
const FIELDS: [&str; 9] = [
    "created",
    "displayName",
    "id",
    "username",
    "userId",
    "pageName",
    "channelTitle",
    "channelId",
    "placeId",
];

/// How the JSON of a reduced account begins: its hash, in eight hexadecimal digits. The name is sorted before those of all fields.
const HASH_START: &str = r##"{"#":""##;
const HASH_DIGITS: usize = 8;
const HASH_PATH: &str = r##"["#"]"##;

/// How many names of networks are stored once, instead of with each account.
const NETWORKS_MAX: usize = 64;

/// The networks of both files: each with its name, and the name as JSON.
#[derive(Debug, Default)]
pub(super) struct Networks(Vec<(String, Vec<u8>)>);

/// How the network of an account is stored: it is not a string, it follows here, or it has an index, which counts from `KNOWN` on.
const UNKNOWN: usize = 0;
const INLINE: usize = 1;
const KNOWN: usize = 2;

impl Networks {
    /// The index of a network, given its name as JSON; `None` if there are too many.
    fn index_of(&mut self, raw: &[u8]) -> Option<usize> {
        let spelled = self.0.iter().position(|(_, known)| known == raw);
        if spelled.is_some() {
            return spelled;
        }
        let name = string(raw)?;
        let known = self.0.iter().position(|(known, _)| *known == name);
        if known.is_none() && self.0.len() < NETWORKS_MAX {
            self.0.push((name.into_owned(), raw.to_vec()));
            return Some(self.0.len() - 1);
        }
        known
    }
}

/// A profile whose reduced form has just been written.
#[derive(Debug)]
pub(super) struct Reduced<'a> {
    /// What identifies the profile, if it has a reference id.
    pub key: Option<Cow<'a, str>>,
    /// Linked accounts: each account with a network, and each network that is only listed as linked.
    pub linked: u64,
    /// Whether the reduced form alone does not say how to pair the accounts with those of another snapshot.
    pub is_ambiguous: bool,
    /// What the hashes are made of.
    hashed: Vec<&'a [u8]>,
}

impl Reduced<'_> {
    /// Appends the hashes, four bytes each. A collision can only make two accounts that agree in everything that is kept count as unchanged.
    pub fn push_hashes(&self, out: &mut Vec<u8>) {
        for raw in &self.hashed {
            out.extend(hash::value(raw).to_le_bytes());
        }
    }

    pub fn hashes(&self) -> usize {
        self.hashed.len()
    }
}

/// Appends the reduced form of a checked profile, without its hashes.
pub(super) fn reduce<'a>(
    profile: &'a [u8],
    networks: &mut Networks,
    out: &mut Vec<u8>,
) -> Reduced<'a> {
    let [mut ref_id, mut title] = [None; 2];
    let [mut active, mut accounts] = [&b""[..]; 2];
    TrustedCursor::new(profile).members(|name, value| {
        let raw = value.value();
        match name {
            b"refId" => ref_id = Some(raw),
            b"title" => title = Some(raw),
            b"activeSocialAccounts" => active = raw,
            b"displayNames" => accounts = raw,
            _ => {}
        }
    });
    push_fields(&[ref_id, title], out);
    let mut entries = Entries {
        networks,
        out,
        hashed: Vec::new(),
        accounts: 0,
        seen: 0,
        others: Vec::new(),
        is_ambiguous: false,
    };
    let mut listed = Vec::new();
    TrustedCursor::new(active).elements(|element| listed.push(element.value()));
    let mut linked = Vec::new();
    TrustedCursor::new(accounts).elements(|element| linked.push(element.value()));
    push_number(entries.out, linked.len());
    for account in linked {
        entries.account(account);
    }
    push_number(entries.out, listed.len());
    for name in listed {
        entries.name(name);
    }
    Reduced {
        key: ref_id.and_then(profile_key),
        linked: entries.linked(),
        is_ambiguous: entries.is_ambiguous,
        hashed: entries.hashed,
    }
}

/// Appends which of the values there are, and the values.
fn push_fields(values: &[Option<&[u8]>], out: &mut Vec<u8>) {
    let bits = values.iter().rev();
    push_number(
        out,
        bits.fold(0, |bits, value| bits << 1 | usize::from(value.is_some())),
    );
    values
        .iter()
        .flatten()
        .for_each(|value| push_value(out, value));
}

/// Writes the entries of the two lists of linked networks.
struct Entries<'a, 'b> {
    networks: &'b mut Networks,
    out: &'b mut Vec<u8>,
    hashed: Vec<&'a [u8]>,
    accounts: u64,
    /// One bit for each known network that occurred.
    seen: u64,
    /// The other networks that occurred, and whether each was an account.
    others: Vec<(Cow<'a, str>, bool)>,
    is_ambiguous: bool,
}

impl<'a> Entries<'a, '_> {
    fn account(&mut self, account: &'a [u8]) {
        let mut platform = None;
        let values = fields(account, &mut platform);
        self.network(platform, true);
        push_fields(&values, self.out);
        self.hashed.push(account);
    }

    /// Writes an entry of `activeSocialAccounts`.
    fn name(&mut self, raw: &'a [u8]) {
        if !self.network(Some(raw), false) {
            push_fields(&fields(raw, &mut None), self.out);
            self.hashed.push(raw);
        }
    }

    /// Returns whether the network is known.
    fn network(&mut self, raw: Option<&'a [u8]>, is_account: bool) -> bool {
        let Some(raw) = raw.filter(|raw| raw.starts_with(b"\"")) else {
            self.is_ambiguous = true;
            push_number(self.out, UNKNOWN);
            return false;
        };
        let Some(index) = self.networks.index_of(raw) else {
            self.is_ambiguous = true;
            self.others
                .push((string(raw).unwrap_or_default(), is_account));
            push_number(self.out, INLINE);
            push_value(self.out, raw);
            return true;
        };
        push_number(self.out, KNOWN + index);
        let is_new = self.seen & (1 << index) == 0;
        self.seen |= 1 << index;
        self.is_ambiguous |= is_account && !is_new;
        self.accounts += u64::from(is_account || is_new);
        true
    }

    fn linked(&mut self) -> u64 {
        let others = std::mem::take(&mut self.others);
        let others = crate::sort::sorted(others, |one, other| one.0.cmp(&other.0));
        let groups = others.chunk_by(|one, other| one.0 == other.0);
        let linked = groups.map(|group| group.iter().filter(|other| other.1).count().max(1) as u64);
        self.accounts + linked.sum::<u64>()
    }
}

/// The kept fields of an account, each with its last value as in `JSON.parse`.
fn fields<'a>(account: &'a [u8], platform: &mut Option<&'a [u8]>) -> [Option<&'a [u8]>; 9] {
    let mut values = [None; FIELDS.len()];
    if !account.starts_with(b"{") {
        return values;
    }
    TrustedCursor::new(account).members(|name, value| {
        let raw = value.value();
        if name == b"platform" {
            *platform = Some(raw);
        }
        let field = FIELDS.iter().position(|field| field.as_bytes() == name);
        if let Some(value) = field.and_then(|field| values.get_mut(field)) {
            *value = Some(raw);
        }
    });
    values
}

/// The reference id of a reduced profile as JSON; empty if it has none.
pub(super) fn ref_id(body: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut body = Unpacker(body);
    if body.number() & 1 != 0 {
        body.value(out);
    }
}

/// Appends the JSON of a reduced profile.
pub(super) fn push_json(body: &[u8], hashes: &[u8], networks: &Networks, out: &mut Vec<u8>) {
    let mut entries = Writer {
        body: Unpacker(body),
        hashes: Unpacker(hashes),
        networks,
        out,
    };
    entries.out.push(b'{');
    entries.values(&["refId", "title"]);
    entries.list("displayNames", Writer::account);
    entries.out.push(b',');
    entries.list("activeSocialAccounts", Writer::name);
    entries.out.push(b'}');
}

struct Writer<'a, 'b> {
    body: Unpacker<'a>,
    hashes: Unpacker<'a>,
    networks: &'b Networks,
    out: &'b mut Vec<u8>,
}

impl Writer<'_, '_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn field(&mut self, name: &str) {
        self.out.push(b'"');
        self.text(name);
        self.text("\":");
    }

    /// Writes the fields that there are, each with a comma behind it.
    fn values(&mut self, names: &[&str]) {
        let bits = self.body.number();
        for (index, name) in names.iter().enumerate() {
            if bits >> index & 1 != 0 {
                self.field(name);
                self.body.value(self.out);
                self.out.push(b',');
            }
        }
    }

    fn list(&mut self, name: &str, entry: fn(&mut Self)) {
        self.field(name);
        self.out.push(b'[');
        for index in 0..self.body.number() {
            if index > 0 {
                self.out.push(b',');
            }
            entry(self);
        }
        self.out.push(b']');
    }

    fn account(&mut self) {
        let network = self.body.number();
        self.hash();
        if network != UNKNOWN {
            self.field("platform");
            self.network(network);
            self.out.push(b',');
        }
        self.rest();
    }

    /// An entry whose network is unknown may be any value. It is written as an object without a name, which is as unknown.
    fn name(&mut self) {
        let network = self.body.number();
        if network == UNKNOWN {
            self.hash();
            self.rest();
        } else {
            self.network(network);
        }
    }

    fn network(&mut self, network: usize) {
        if network == INLINE {
            return self.body.value(self.out);
        }
        if let Some((_, raw)) = self.networks.0.get(network - KNOWN) {
            self.out.extend_from_slice(raw);
        }
    }

    fn hash(&mut self) {
        self.text(HASH_START);
        for byte in self.hashes.bytes(4) {
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(digit.into(), 16).unwrap_or('0');
                self.out.push(digit as u8);
            }
        }
        self.text("\",");
    }

    /// Writes the fields and the end of an object.
    fn rest(&mut self) {
        self.values(&FIELDS);
        self.out.pop();
        self.out.push(b'}');
    }
}

/// Whether this is the path of the hash, which changes with anything in an account and is the first change of it.
pub(super) fn is_hash(path: &str) -> bool {
    path == HASH_PATH
}

/// The JSON of a reduced account with a network, without its hash.
pub(super) fn without_hash(account: &str) -> String {
    let mut out = String::from("{");
    let start = HASH_START.len() + HASH_DIGITS + "\",".len();
    out.push_str(account.get(start..).unwrap_or_default());
    out
}
