//! A session whose transaction ended without its program's word: it sends nothing until `rollback` takes note of that.

use super::{Phase, Session};
use crate::error::{Error, ErrorKind, Result};

/// Why a transaction was given up.
#[derive(Debug)]
pub(super) struct Cause {
    /// What happened, as the message says it.
    what: String,
    /// The kind of the error, if it was one.
    kind: Option<ErrorKind>,
}

impl Cause {
    /// What made an operation fail.
    pub(super) fn of(error: &Error) -> Self {
        let what = error.to_string();
        // The statement is in the error itself, which somebody has been given.
        let brief = what.split("\n  in: ").next().unwrap_or_default();
        Self {
            what: format!("by this error: {brief}"),
            kind: Some(error.first_cause().unwrap_or(error.kind())),
        }
    }

    /// What the dropped future of an operation left, or a panic in a function that it called.
    pub(super) fn cut_off(phase: Phase) -> Self {
        let what = match phase {
            Phase::Committing => {
                "when a commit was cut off before its answer came, so that it may have taken place"
            }
            Phase::Writing => {
                "when an operation that writes was cut off: its future was dropped, or a function that it called panicked"
            }
            _ => {
                "when its connection was lost: an operation on it was cut off, or the server or the network failed"
            }
        };
        Self {
            what: what.to_owned(),
            kind: None,
        }
    }
}

impl Session {
    /// Whether the session has to be rolled back before it sends anything: its transaction ended without the program's
    /// commit or rollback, or work was given up.
    #[doc(alias = "is_active")]
    pub fn needs_rollback(&self) -> bool {
        match self.phase {
            Phase::RolledBack | Phase::Writing | Phase::Committing => true,
            Phase::RollingBack => false,
            Phase::Settled => self.has_lost_transaction(),
        }
    }

    /// Refuses what writes or sends, as long as the program has not taken note of what is lost.
    #[inline]
    pub(super) fn refuse_rolled_back(&self) -> Result<()> {
        match self.phase {
            Phase::RolledBack => Err(self.rollback_pending()),
            _ => Ok(()),
        }
    }

    /// Marks that something is being written: if it is cut off, the transaction is given up.
    pub(super) fn begin_writing(&mut self) -> Result<()> {
        self.refuse_rolled_back()?;
        self.phase = Phase::Writing;
        Ok(())
    }

    /// Marks that what was being written is done.
    pub(super) fn end_writing(&mut self) {
        if self.phase == Phase::Writing {
            self.phase = Phase::Settled;
        }
    }

    /// Notes that work is lost, and why: the first reason is the one to tell.
    #[cold]
    pub(super) fn note_given_up(&mut self, cause: Cause) {
        self.phase = Phase::RolledBack;
        self.given_up.get_or_insert_with(|| Box::new(cause));
    }

    #[cold]
    pub(super) fn rollback_pending(&self) -> Error {
        let (what, kind) = match &self.given_up {
            Some(cause) => (cause.what.as_str(), cause.kind),
            None => ("", None),
        };
        let (whole, cure) = match self.in_transaction() {
            true => (
                "what was done since the innermost savepoint was rolled back",
                "rollback_to() that savepoint, or rollback()",
            ),
            false => ("the session's transaction was rolled back", "rollback()"),
        };
        let message = format!(
            "{whole} {what}; nothing is sent until the program says {cure}, and does its work anew"
        );
        Error::new(ErrorKind::PendingRollback, message).with_first_cause(kind)
    }
}
