//! Options for results that are large: a cap on their rows, and the secret of the places of pages.

use super::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, RowSink};
use crate::util::siphash::siphash;

impl EngineBuilder {
    /// The most rows that one statement may give, `stream` excepted; more are the error `TooManyRows`. There is no cap by
    /// default.
    pub fn max_rows(mut self, rows: impl Into<Option<u64>>) -> Self {
        self.options.max_rows = rows.into();
        self
    }

    /// A secret that only the program knows, at least 16 bytes long: the places of pages that clients send back are then
    /// refused unless this program made them. Without it a place that was damaged is found out, but not one that somebody
    /// made up. All processes that serve the same clients need the same secret.
    pub fn cursor_secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        self.options.cursor_secret = [siphash([1, 0], secret), siphash([2, 0], secret)];
        self
    }
}

impl Engine {
    /// The key of checksums of places, and the checksum of a query.
    pub(crate) fn cursor_key(&self, query: &str) -> ([u64; 2], u64) {
        let secret = self.shared.cursor_secret;
        (secret, siphash(secret, query.as_bytes()))
    }
}

/// Refuses rows beyond a cap.
pub(super) struct Capped<S> {
    pub(super) sink: S,
    pub(super) rows: u64,
    pub(super) cap: u64,
}

impl<S: RowSink> RowSink for Capped<S> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        if self.rows == self.cap {
            return Err(too_many(self.cap));
        }
        self.rows += 1;
        self.sink.row(row)
    }
}

#[cold]
fn too_many(cap: u64) -> Error {
    Error::new(
        ErrorKind::TooManyRows,
        format!(
            "the statement gave more than {cap} rows, the cap set by EngineBuilder::max_rows; narrow it, read it by pages \
             (page) or piece by piece (stream), or raise the cap"
        ),
    )
}
