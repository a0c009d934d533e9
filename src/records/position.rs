//! Where a reader is: in the structure of the file, in the grammar, and where it can resume.

/// Where in the file's structure the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the array of records, with `levels` objects around it.
    Array { levels: usize },
    /// In the map from reference id to record, with `levels` objects around it.
    Map { levels: usize },
    /// Records follow one another.
    Lines,
    /// After the records, in the innermost of `levels` objects around them.
    Tail { levels: usize },
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderState {
    /// Anything: the layout is not known yet.
    Start,
    /// An element, or the closing bracket right after the opening one.
    Open,
    /// An element.
    Element,
    /// The colon after a name.
    Colon,
    /// A value.
    Value,
    /// The rest of a value.
    Within,
    /// A comma or the closing bracket.
    After,
    /// Nothing.
    Done,
}

/// A position to resume from: after the last complete record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub offset: u64,
    pub state: ReaderState,
    pub scope: Scope,
    pub index: u64,
}
