//! Reads the records of a batch file, wherever its bytes come from.

use crate::error::Error;
use crate::records::{Delivery, Reader, Report, Sweep};

/// Where the bytes of a batch file come from.
pub(crate) trait ByteSource {
    type Error;

    /// Feeds the reader the next bytes, or the end of the file.
    async fn fill(&mut self, reader: &mut Reader) -> Result<(), Self::Error>;

    /// Whether the reader knows that there are no more bytes.
    fn has_ended(&self) -> bool;

    /// Size of the whole file in bytes, as far as it is known. For showing progress.
    fn likely_total(&self, reader: &Reader) -> Option<f64>;

    /// The failure for bytes that cannot be read, with everything known about the source.
    fn unreadable(&mut self, error: Error) -> Self::Error;
}

/// A source of bytes and the reader it feeds.
pub(crate) struct BatchReader<S> {
    pub source: S,
    pub reader: Reader,
}

impl<S: ByteSource> BatchReader<S> {
    /// Applies `take` to the next batch; `None` after the last one.
    pub(crate) async fn pull<R>(
        &mut self,
        take: impl Fn(Delivery<'_>) -> R,
    ) -> Result<Option<R>, S::Error> {
        loop {
            match self.reader.next_batch() {
                Ok(Some(delivery)) => return Ok(Some(take(delivery))),
                Ok(None) if self.source.has_ended() => return Ok(None),
                Ok(None) => self.source.fill(&mut self.reader).await?,
                Err(error) => return Err(self.source.unreadable(error.into())),
            }
        }
    }
}

/// Reads the whole file into a sweep.
pub(crate) async fn sweep<S: ByteSource>(
    source: &mut S,
    mut sweep: Sweep,
) -> Result<Report, S::Error> {
    while !source.has_ended() {
        source.fill(sweep.reader()).await?;
        sweep
            .advance()
            .map_err(|error| source.unreadable(error.into()))?;
    }
    Ok(sweep.report())
}
