//! The reduced profiles of both files, found by reference id.

use super::pack::{Unpacker, push_number};
use super::reduce::{Networks, Reduced, push_json, reduce, ref_id};
use crate::insight::profile_key;
use crate::json::hash;

/// The size of the blocks that reduced profiles are stored in, as a power of two. Blocks never move, so memory has no peaks as a growing
/// list has.
const BLOCK_BITS: u32 = 18;
const BLOCK: usize = 1 << BLOCK_BITS;

/// Where a profile is stored, or what else is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(usize);

impl Place {
    /// The file does not contain the profile.
    pub const NONE: Place = Place(usize::MAX);
    /// The profile is the same as in the first file.
    pub const SAME: Place = Place(usize::MAX - 1);
}

/// A profile in both files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub before: Place,
    pub after: Place,
}

/// A reduced profile as it is stored.
#[derive(Debug, Clone, Copy)]
struct Stored<'a> {
    body: &'a [u8],
    hashes: &'a [u8],
}

/// All profiles.
#[derive(Debug, Default)]
pub(super) struct Table {
    blocks: Vec<Vec<u8>>,
    networks: Networks,
    /// Profiles with a reference id, and the hash of it.
    named: Vec<(u32, Entry)>,
    /// The index in `named` plus one at a place that follows from the hash; 0 for none. The length is a power of two.
    slots: Vec<u32>,
    /// Profiles without a reference id, by position.
    unnamed: Vec<Entry>,
    /// How many profiles without a reference id each file had so far.
    positions: [usize; 2],
    scratch: Vec<u8>,
    text: Vec<u8>,
}

impl Table {
    /// Adds a profile of the first file, and returns how many accounts it has linked.
    pub fn add_before(&mut self, profile: &[u8]) -> u64 {
        let (body, reduced) = self.reduce(profile);
        let entry = self.entry(&reduced, 0);
        let place = self.store(&body, &reduced);
        if let Some(entry) = self.at(entry) {
            entry.before = place;
        }
        self.scratch = body;
        reduced.linked
    }

    /// Adds a profile of the second file, likewise. It is only stored if it may differ from that of the first file.
    pub fn add_after(&mut self, profile: &[u8]) -> u64 {
        let (body, reduced) = self.reduce(profile);
        let index = self.entry(&reduced, 1);
        let before = self.at(index).map_or(Place::NONE, |entry| entry.before);
        let is_same = !reduced.is_ambiguous && self.get(before).is_some_and(|it| it.body == body);
        let place = if is_same {
            Place::SAME
        } else {
            self.store(&body, &reduced)
        };
        if let Some(entry) = self.at(index) {
            entry.after = place;
        }
        self.scratch = body;
        reduced.linked
    }

    pub fn unnamed(&self) -> &[Entry] {
        &self.unnamed
    }

    /// A profile with a reference id.
    pub fn named(&self, index: usize) -> Option<Entry> {
        self.named.get(index).map(|(_, entry)| *entry)
    }

    /// The JSON of a profile; empty if there is none.
    pub fn json(&self, place: Place, out: &mut Vec<u8>) {
        out.clear();
        if let Some(Stored { body, hashes }) = self.get(place) {
            push_json(body, hashes, &self.networks, out);
        }
    }

    /// How many bytes the table takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Vec::capacity).sum();
        blocks
            + self.named.capacity() * size_of::<(u32, Entry)>()
            + self.unnamed.capacity() * size_of::<Entry>()
            + self.slots.capacity() * size_of::<u32>()
    }

    fn reduce<'a>(&mut self, profile: &'a [u8]) -> (Vec<u8>, Reduced<'a>) {
        let mut body = std::mem::take(&mut self.scratch);
        body.clear();
        let reduced = reduce(profile, &mut self.networks, &mut body);
        (body, reduced)
    }

    /// Where the entry of a profile is. If there is none, one is added.
    fn entry(&mut self, reduced: &Reduced<'_>, side: usize) -> Index {
        let Some(key) = &reduced.key else {
            let position = self.positions.get_mut(side);
            let index = position.map_or(0, |position| std::mem::replace(position, *position + 1));
            if index == self.unnamed.len() {
                self.unnamed.push(NEW);
            }
            return Index::Unnamed(index);
        };
        if self.named.len() * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let hash = hash::bytes(key.as_bytes());
        let mut slot = self.first_slot(hash);
        loop {
            let index = self.slots.get(slot).copied().unwrap_or(0);
            let Some(index) = (index as usize).checked_sub(1) else {
                break;
            };
            if self.is_named(index, hash, key) {
                return Index::Named(index);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.named.push((hash, NEW));
        self.fill(slot, self.named.len());
        Index::Named(self.named.len() - 1)
    }

    fn is_named(&mut self, index: usize, hash: u32, name: &str) -> bool {
        let Some((known, entry)) = self.named.get(index) else {
            return false;
        };
        if *known != hash {
            return false;
        }
        let place = [entry.before, entry.after];
        let mut text = std::mem::take(&mut self.text);
        let stored = place.into_iter().find_map(|place| self.get(place));
        ref_id(stored.map_or(&[], |stored| stored.body), &mut text);
        let is_named = profile_key(&text).is_some_and(|key| key == name);
        self.text = text;
        is_named
    }

    fn first_slot(&self, hash: u32) -> usize {
        hash as usize & self.slots.len().saturating_sub(1)
    }

    fn fill(&mut self, slot: usize, number: usize) {
        if let (Some(slot), Ok(number)) = (self.slots.get_mut(slot), u32::try_from(number)) {
            *slot = number;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (2 * self.slots.len()).max(64)];
        for index in 0..self.named.len() {
            let hash = self.named.get(index).map_or(0, |(hash, _)| *hash);
            let mut slot = self.first_slot(hash);
            while self.slots.get(slot).is_some_and(|number| *number != 0) {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.fill(slot, index + 1);
        }
    }

    fn at(&mut self, index: Index) -> Option<&mut Entry> {
        match index {
            Index::Named(index) => self.named.get_mut(index).map(|(_, entry)| entry),
            Index::Unnamed(index) => self.unnamed.get_mut(index),
        }
    }

    fn store(&mut self, body: &[u8], reduced: &Reduced<'_>) -> Place {
        let mut head = Vec::new();
        push_number(&mut head, body.len());
        push_number(&mut head, reduced.hashes());
        let len = head.len() + body.len() + 4 * reduced.hashes();
        let has_room = |block: &Vec<u8>| block.capacity() - block.len() >= len;
        if !self.blocks.last().is_some_and(has_room) {
            self.blocks.push(Vec::with_capacity(len.max(BLOCK)));
        }
        let index = self.blocks.len() - 1;
        let Some(block) = self.blocks.last_mut() else {
            return Place::NONE;
        };
        let place = Place(index << BLOCK_BITS | block.len());
        block.extend_from_slice(&head);
        block.extend_from_slice(body);
        reduced.push_hashes(block);
        place
    }

    fn get(&self, place: Place) -> Option<Stored<'_>> {
        let block = self.blocks.get(place.0 >> BLOCK_BITS)?;
        let mut stored = Unpacker(block.get(place.0 & (BLOCK - 1)..)?);
        let (body, hashes) = (stored.number(), stored.number());
        Some(Stored {
            body: stored.bytes(body),
            hashes: stored.bytes(4 * hashes),
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Index {
    Named(usize),
    Unnamed(usize),
}

const NEW: Entry = Entry {
    before: Place::NONE,
    after: Place::NONE,
};
