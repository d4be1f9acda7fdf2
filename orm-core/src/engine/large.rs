//! Options for results that are large: a cap on their rows, and the secret of the places of pages.

use super::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, RowSink};

impl EngineBuilder {
    /// The most rows that one statement may give, `stream` excepted; more are the error `TooManyRows`. There is no cap by
    /// default.
    pub fn max_rows(mut self, rows: impl Into<Option<u64>>) -> Self {
        self.options.max_rows = rows.into();
        self
    }

    /// A secret that only the program knows, at least 16 bytes long: the places of pages that clients send back are then
    /// refused unless this program made them (HMAC-SHA-256). Without it a place that was damaged is found out, but not one that somebody
    /// made up. All processes that serve the same clients need the same secret.
    pub fn cursor_secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.options.cursor_secret = Some(secret.as_ref().into());
        self
    }
}

impl Engine {
    /// The secret that places of pages are sealed with; empty when there is none.
    pub(crate) fn cursor_secret(&self) -> &[u8] {
        self.shared.cursor_secret.as_deref().unwrap_or_default()
    }
}

const SHORTEST_SECRET: usize = 16;

/// # Errors
/// `Configuration` when the secret could be guessed.
pub(super) fn check_secret(secret: Option<&[u8]>) -> Result<()> {
    match secret {
        Some(secret) if secret.len() < SHORTEST_SECRET => Err(Error::new(
            ErrorKind::Configuration,
            format!(
                "the secret given to EngineBuilder::cursor_secret has {} bytes and could be guessed; give at least \
                 {SHORTEST_SECRET}",
                secret.len()
            ),
        )),
        _ => Ok(()),
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
