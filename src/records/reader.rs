//! The reader: a state machine that knows at each byte what may follow.
//!
//! It accounts for every byte outside the records, so structural damage is reported where it occurs.

use super::batch::BatchBuilder;
use super::buffer::Buffer;
use super::error::{Problem, ReadError};
use super::layout::Candidate;
use super::options::RecordOptions;
use super::outcome::RecordOutcome;
use super::position::{Mark, ReaderState, Scope};
use super::skip_value::{ValueEnd, ValueSkipper};
use crate::json::{Mismatches, is_space};
use crate::rules::ProfileFacts;

/// How much of the file a reader has processed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes fed so far, counted from the start of the file.
    pub bytes: u64,
    /// Complete records read, including those that were not returned.
    pub records: u64,
    /// Invalid records: mismatched or unreadable, see [`OnInvalid`](super::OnInvalid).
    pub invalid: u64,
    /// Valid records that the filter left out.
    pub filtered: u64,
}

/// Reads records from the bytes of a batch file as they arrive. [`super`] shows how to use it.
#[derive(Debug)]
pub struct Reader {
    pub(super) options: RecordOptions,
    pub(super) buffer: Buffer,
    pub(super) scope: Scope,
    pub(super) batch: BatchBuilder,
    /// Whether facts are collected from each record while it is checked.
    pub(super) notes: bool,
    /// The facts about the last record.
    pub(super) facts: ProfileFacts,
    /// Name of the current member, with its quotes.
    pub(super) name: Vec<u8>,
    pub(super) invalid: u64,
    pub(super) filtered: u64,
    pub(super) state: ReaderState,
    pub(super) at: usize,
    /// Where the current value begins; meaningless once it is `refused`.
    pub(super) start: usize,
    pub(super) value: ValueEnd,
    /// Why the current value is skipped instead of buffered.
    pub(super) refused: Option<ReadError>,
    pub(super) index: u64,
    /// How many bytes must be available before the layout is searched for again.
    pub(super) patience: usize,
    mark: Mark,
    pub(super) whole: bool,
    pub(super) failed: Option<ReadError>,
    /// If the records are inside an object: where, and the file offset of their opening bracket.
    pub(super) found: Option<(Candidate, u64)>,
    /// Whether it reads for a sweep, which continues after unreadable records.
    pub(super) sweeps: bool,
    /// The mismatches of the last mismatched record.
    pub(super) mismatches: Mismatches,
    /// File offset of the last mismatched record that was delivered as rejected.
    pub(super) rejected_at: Option<u64>,
    /// The file offset before which all records are checked to be JSON, whatever the options; see [`Reader::reread`].
    pub(super) doubted: u64,
}

impl Reader {
    /// Creates a reader at the start of a file.
    #[must_use]
    pub fn new(options: RecordOptions) -> Self {
        let scope = Scope::Lines;
        Reader {
            batch: BatchBuilder::new(&options),
            notes: options.filter.is_some(),
            facts: ProfileFacts::default(),
            options,
            buffer: Buffer::new(0),
            scope,
            name: Vec::new(),
            invalid: 0,
            filtered: 0,
            state: ReaderState::Start,
            at: Buffer::START,
            start: Buffer::START,
            value: ValueEnd::Other(ValueSkipper::default()),
            refused: None,
            index: 0,
            patience: 1,
            mark: Mark {
                offset: 0,
                state: ReaderState::Start,
                scope,
                index: 0,
            },
            whole: false,
            failed: None,
            sweeps: false,
            mismatches: Mismatches::default(),
            rejected_at: None,
            found: None,
            doubted: 0,
        }
    }

    /// Space for the next `len` bytes of the file. Write them there, then call [`fed`](Self::fed). This ends the borrow of an earlier
    /// batch.
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        self.unseal();
        let held = self.state == ReaderState::Within && self.refused.is_none();
        let moved = self
            .buffer
            .drop_before(if held { self.start } else { self.at });
        self.at -= moved;
        self.start = self.start.saturating_sub(moved);
        self.buffer.room(len)
    }

    /// Marks the first `len` bytes of the [`room`](Self::room) as the next bytes of the file.
    pub fn fed(&mut self, len: usize) {
        self.buffer.advance(len);
    }

    /// Feeds the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        let room = self.room(chunk.len());
        room.copy_from_slice(chunk);
        self.fed(chunk.len());
    }

    /// Marks the end of the file. From now on, `None` from the reader means that the file was complete.
    pub fn end(&mut self) {
        self.whole = true;
    }

    /// Whether the file would be truncated if it ended here. Only meaningful once the reader has no more records.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.failed.is_none() && self.complete().is_err_and(|error| error.is_cut())
    }

    /// How much has been processed so far.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.buffer.offset(self.buffer.len()),
            records: self.index,
            invalid: self.invalid,
            filtered: self.filtered,
        }
    }

    /// How many bytes are buffered: those of the last batch, and everything after it.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// The file offset at which the last complete record taken from the reader ends. A new connection can continue there after
    /// [`resume`](Self::resume).
    #[must_use]
    pub fn resume_offset(&self) -> u64 {
        self.mark.offset
    }

    /// Discards everything after [`resume_offset`](Self::resume_offset); feed the bytes from there next. Also resets the end of the file,
    /// and an error if it was that the file is truncated.
    ///
    /// This is not needed if the new connection starts at [`Progress::bytes`].
    pub fn resume(&mut self) {
        self.unseal();
        let Mark {
            offset,
            state,
            scope,
            index,
        } = self.mark;
        self.buffer = Buffer::new(offset);
        (self.state, self.scope, self.index) = (state, scope, index);
        (self.at, self.start) = (Buffer::START, Buffer::START);
        (self.refused, self.patience, self.whole) = (None, 1, false);
        self.failed = self.failed.take().filter(|error| !error.is_cut());
    }

    /// The next record and what to do with it; `None` if more bytes are needed, or if there are no more records.
    pub(super) fn next_outcome(&mut self) -> Result<Option<RecordOutcome>, ReadError> {
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

    fn run(&mut self) -> Result<Option<RecordOutcome>, ReadError> {
        loop {
            if self.state == ReaderState::Within {
                let Some(value) = self.within()? else {
                    return Ok(None);
                };
                if let Some(outcome) = self.ended(value)? {
                    return Ok(Some(outcome));
                }
            }
            if (self.state, self.scope) == (ReaderState::After, Scope::Lines) {
                match self.buffer.get(self.at) {
                    Some(byte) if is_space(byte) => self.state = ReaderState::Value,
                    Some(b'{') => self.state = ReaderState::Value,
                    Some(_) => return self.unexpected("a record"),
                    None => return Ok(None),
                }
            }
            let Some(byte) = self.next_byte() else {
                return Ok(None);
            };
            let went_on = match self.state {
                ReaderState::Start => self.begin(byte)?,
                ReaderState::Open | ReaderState::Element => self.element(byte)?,
                ReaderState::Colon => self.take(byte, b':', ReaderState::Value, "a colon")?,
                ReaderState::Value => match self.value(byte)? {
                    Some(outcome) => return Ok(Some(outcome)),
                    None => true,
                },
                ReaderState::Within => true,
                ReaderState::After => self.after(byte)?,
                ReaderState::Done => self.unexpected("the end")?,
            };
            if !went_on {
                return Ok(None);
            }
        }
    }

    /// Counts the record that has just ended, and marks the position after it.
    pub(super) fn leave(&mut self) {
        self.state = ReaderState::After;
        self.index += u64::from(self.named().is_some());
        self.mark();
    }

    /// Marks this position as one to resume from.
    pub(super) fn mark(&mut self) {
        let offset = self.buffer.offset(self.at);
        self.mark = Mark {
            offset,
            state: self.state,
            scope: self.scope,
            index: self.index,
        };
    }

    /// The index to report in an error: that of the current record, if there is one.
    pub(super) fn named(&self) -> Option<u64> {
        if let Scope::Tail { .. } = self.scope {
            None
        } else {
            Some(self.index)
        }
    }

    /// Checks that the file may end here.
    fn complete(&self) -> Result<(), ReadError> {
        let offset = self.buffer.offset(self.buffer.len());
        let problem = match (self.state, self.scope) {
            (ReaderState::Done, _) | (ReaderState::After | ReaderState::Value, Scope::Lines) => {
                return Ok(());
            }
            (ReaderState::Start, _) => Problem::Empty,
            (ReaderState::Within | ReaderState::Colon | ReaderState::Value, Scope::Tail { .. }) => {
                Problem::Unclosed
            }
            (ReaderState::Within | ReaderState::Colon, _) => {
                return Err(ReadError::new(Problem::Cut, offset, self.named()));
            }
            _ => Problem::Unclosed,
        };
        Err(ReadError::new(problem, offset, None))
    }
}
