//! Savepoints: marks in the way back, so that a part of it can be gone alone.
//!
//! A mark costs nothing until it is used: releasing a savepoint forgets the mark, and what was done since then belongs
//! to the savepoint around it, or to the transaction.

use super::State;

/// Where a savepoint was set.
#[derive(Debug)]
pub(super) struct Mark {
    /// Its number, which no other savepoint of the session has.
    serial: u64,
    /// How many steps back there were.
    steps: usize,
}

impl State {
    /// The session's number, for messages and to tell its names from those of others.
    pub(crate) fn session(&self) -> u32 {
        self.session
    }

    /// How many savepoints are open.
    pub(crate) fn savepoints(&self) -> usize {
        self.savepoints.len()
    }

    /// Sets a savepoint; everything is flushed.
    pub(crate) fn set_savepoint(&mut self, serial: u64) {
        self.savepoints.push(Mark {
            serial,
            steps: self.undo.len(),
        });
    }

    /// How many savepoints are open around this one; `None` when it is over.
    pub(crate) fn savepoint_depth(&self, serial: u64) -> Option<usize> {
        self.savepoints
            .iter()
            .position(|mark| mark.serial == serial)
    }

    /// Releases the savepoint at `depth` and those inside it.
    pub(crate) fn release_savepoint(&mut self, depth: usize) {
        self.savepoints.truncate(depth);
    }

    /// Takes the objects back to where they were at the savepoint at `depth`, which stays set; those inside it are over.
    pub(crate) fn roll_back_to_savepoint(&mut self, depth: usize) {
        self.savepoints.truncate(depth + 1);
        let began = self.savepoint_began();
        self.step_back_to(began);
    }

    /// There are no steps back any more.
    pub(super) fn savepoints_begin_anew(&mut self) {
        for mark in &mut self.savepoints {
            mark.steps = 0;
        }
    }

    /// How many steps back lie before the innermost savepoint.
    pub(super) fn savepoint_began(&self) -> usize {
        self.savepoints.last().map_or(0, |mark| mark.steps)
    }
}
