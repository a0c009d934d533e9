//! The reader: a state machine that knows at each byte what may stand next.
//!
//! So every byte outside the records is accounted for, and damage to the structure is found where it is.

use super::batch::Assembly;
use super::buffer::Buffer;
use super::error::{Problem, ReadError};
use super::inside::Value;
use super::layout::Candidate;
use super::loose::Loose;
use super::options::Options;
use super::verdict::Verdict;
use crate::json::{Mismatches, is_space};
use crate::rules::Facts;

/// What the reader is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The array of records, with so many objects around it.
    Array { levels: usize },
    /// The map from reference id to record, with so many objects around it.
    Map { levels: usize },
    /// Records one after the other.
    Lines,
    /// The innermost of so many objects around the records, behind them.
    Tail { levels: usize },
}

/// What may stand next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Anything: the layout is not known yet.
    Start,
    /// An element, or the end of what has just begun.
    Open,
    /// An element.
    Element,
    /// The colon behind a name.
    Colon,
    /// A value.
    Value,
    /// More of a value.
    Within,
    /// A comma or the end.
    After,
    /// Nothing.
    Done,
}

/// A place to start again from: behind the last whole record.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u64,
    place: Place,
    scope: Scope,
    index: u64,
}

/// How far a reader has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes fed so far, counted from the start of the file.
    pub bytes: u64,
    /// Whole records met, whatever became of them.
    pub records: u64,
    /// Records that were not what they should be: odd or unreadable; see [`OnInvalid`](super::OnInvalid).
    pub invalid: u64,
    /// Valid records left out by the filter.
    pub filtered: u64,
}

/// Reads records from the bytes of a batch file, as they come. See [`super`] for how to drive it.
#[derive(Debug)]
pub struct Reader {
    pub(super) options: Options,
    pub(super) buffer: Buffer,
    pub(super) scope: Scope,
    pub(super) batch: Assembly,
    /// Whether facts are noted of each record while it is checked.
    pub(super) notes: bool,
    /// What was noted of the last record.
    pub(super) facts: Facts,
    /// Name of the member being read, with its quotes.
    pub(super) name: Vec<u8>,
    pub(super) invalid: u64,
    pub(super) filtered: u64,
    pub(super) place: Place,
    pub(super) at: usize,
    /// Where the value being read begins; of no meaning once it is `refused`.
    pub(super) start: usize,
    pub(super) value: Value,
    /// Why the value being read is not held.
    pub(super) refused: Option<ReadError>,
    pub(super) index: u64,
    /// How many bytes must be there before the layout is looked for again.
    pub(super) patience: usize,
    mark: Mark,
    pub(super) whole: bool,
    pub(super) failed: Option<ReadError>,
    /// Where the records are, if in an object, and where in the file that begins.
    pub(super) found: Option<(Candidate, u64)>,
    /// Whether it reads for a sweep, which goes on behind unreadable records.
    pub(super) sweeps: bool,
    /// What was wrong with the last odd record.
    pub(super) mismatches: Mismatches,
    /// Where in the file the last odd record lies that was told of.
    pub(super) told: Option<u64>,
    /// Up to where in the file records are checked to be JSON in any case.
    pub(super) doubted: u64,
}

impl Reader {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let scope = Scope::Lines;
        Reader {
            batch: Assembly::new(&options),
            notes: options.filter.is_some(),
            facts: Facts::default(),
            options,
            buffer: Buffer::new(0),
            scope,
            name: Vec::new(),
            invalid: 0,
            filtered: 0,
            place: Place::Start,
            at: Buffer::START,
            start: Buffer::START,
            value: Value::Other(Loose::default()),
            refused: None,
            index: 0,
            patience: 1,
            mark: Mark {
                offset: 0,
                place: Place::Start,
                scope,
                index: 0,
            },
            whole: false,
            failed: None,
            sweeps: false,
            mismatches: Mismatches::default(),
            told: None,
            found: None,
            doubted: 0,
        }
    }

    /// Room for the next `len` bytes of the file. Write them there, then call [`fed`](Self::fed). What
    /// an earlier batch borrowed is gone by then.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        self.unseal();
        let held = self.place == Place::Within && self.refused.is_none();
        let moved = self
            .buffer
            .drop_before(if held { self.start } else { self.at });
        self.at -= moved;
        self.start = self.start.saturating_sub(moved);
        self.buffer.room(len)
    }

    /// Tells that the first `len` bytes of the [`room`](Self::room) are the next bytes of the file.
    pub fn fed(&mut self, len: usize) {
        self.buffer.advance(len);
    }

    /// Feeds the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        let room = self.room(chunk.len());
        room.copy_from_slice(chunk);
        self.fed(chunk.len());
    }

    /// Tells that the file has no more bytes. From now on, no more records means that it was complete.
    pub fn end(&mut self) {
        self.whole = true;
    }

    /// Whether the file would be cut short if it ended here. Meaningful once there is no record left to take.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.failed.is_none() && self.complete().is_err_and(|error| error.is_cut())
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.buffer.offset(self.buffer.len()),
            records: self.index,
            invalid: self.invalid,
            filtered: self.filtered,
        }
    }

    /// How many bytes it holds at the moment: those of the last batch, and what has come since.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Where in the file the last whole record taken from the reader ends: the offset from which a
    /// new connection can go on after [`resume`](Self::resume).
    #[must_use]
    pub fn resume_offset(&self) -> u64 {
        self.mark.offset
    }

    /// Forgets everything behind [`resume_offset`](Self::resume_offset), where the next byte to be fed
    /// stands. Forgets that the input has ended, too, but no error other than that it was cut short.
    ///
    /// There is no need for this when the new connection starts at [`Progress::bytes`].
    pub fn resume(&mut self) {
        self.unseal();
        let Mark {
            offset,
            place,
            scope,
            index,
        } = self.mark;
        self.buffer = Buffer::new(offset);
        (self.place, self.scope, self.index) = (place, scope, index);
        (self.at, self.start) = (Buffer::START, Buffer::START);
        (self.refused, self.patience, self.whole) = (None, 1, false);
        self.failed = self.failed.take().filter(|error| !error.is_cut());
    }

    /// The next record and what to do with it; `None` when more bytes are needed, or there are none.
    pub(super) fn next_verdict(&mut self) -> Result<Option<Verdict>, ReadError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = match self.run() {
            Ok(None) if self.whole => self.complete().map(|()| None),
            result => result,
        };
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn run(&mut self) -> Result<Option<Verdict>, ReadError> {
        loop {
            if self.place == Place::Within {
                let Some(value) = self.within()? else {
                    return Ok(None);
                };
                if let Some(verdict) = self.ended(value)? {
                    return Ok(Some(verdict));
                }
            }
            if (self.place, self.scope) == (Place::After, Scope::Lines) {
                match self.buffer.get(self.at) {
                    Some(byte) if is_space(byte) => self.place = Place::Value,
                    Some(b'{') => self.place = Place::Value,
                    Some(_) => return self.unexpected("a record"),
                    None => return Ok(None),
                }
            }
            let Some(byte) = self.next_byte() else {
                return Ok(None);
            };
            let went_on = match self.place {
                Place::Start => self.begin(byte)?,
                Place::Open | Place::Element => self.element(byte)?,
                Place::Colon => self.take(byte, b':', Place::Value, "a colon")?,
                Place::Value => match self.value(byte)? {
                    Some(verdict) => return Ok(Some(verdict)),
                    None => true,
                },
                Place::Within => true,
                Place::After => self.after(byte)?,
                Place::Done => self.unexpected("the end")?,
            };
            if !went_on {
                return Ok(None);
            }
        }
    }

    /// Counts the record that has just ended, and marks the place behind it.
    pub(super) fn leave(&mut self) {
        self.place = Place::After;
        self.index += u64::from(self.named().is_some());
        self.mark();
    }

    /// Marks this place as one to start again from.
    pub(super) fn mark(&mut self) {
        let offset = self.buffer.offset(self.at);
        self.mark = Mark {
            offset,
            place: self.place,
            scope: self.scope,
            index: self.index,
        };
    }

    /// The index to name in an error: that of the record, if it is in one.
    pub(super) fn named(&self) -> Option<u64> {
        if let Scope::Tail { .. } = self.scope {
            None
        } else {
            Some(self.index)
        }
    }

    /// The file has ended: is it complete?
    fn complete(&self) -> Result<(), ReadError> {
        let offset = self.buffer.offset(self.buffer.len());
        let problem = match (self.place, self.scope) {
            (Place::Done, _) | (Place::After | Place::Value, Scope::Lines) => return Ok(()),
            (Place::Start, _) => Problem::Empty,
            (Place::Within | Place::Colon | Place::Value, Scope::Tail { .. }) => Problem::Unclosed,
            (Place::Within | Place::Colon, _) => {
                return Err(ReadError::new(Problem::Cut, offset, self.named()));
            }
            _ => Problem::Unclosed,
        };
        Err(ReadError::new(problem, offset, None))
    }
}
