//! BEGIN, COMMIT, SAVEPOINT and their kind, as a unit of work.

use std::borrow::Cow;

use super::direct::SqliteDriver;
use super::statement::Step;
use super::work::{Limit, Progress, Work, can_wait};
use crate::error::Result;

/// BEGIN, COMMIT, SAVEPOINT and their kind.
pub(crate) struct Control(pub(crate) Cow<'static, str>);

impl Work for Control {
    type Output = ();

    fn sql(&self) -> &str {
        &self.0
    }

    fn writes(&self) -> bool {
        false
    }

    fn may_stop(&self) -> bool {
        false
    }

    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        // What is being read may be older than what others have written since, and could not be written to.
        if self.0.starts_with("BEGIN") && !driver.may_write(limit) {
            return Ok(Progress::More);
        }
        let statement = driver.start(&self.0, None)?;
        let code = loop {
            match statement.step() {
                Step::Row => {}
                Step::Done => break None,
                Step::Failed(code) => break Some(code),
            }
        };
        let error = code.map(|code| (statement.db().error(code), can_wait(code)));
        driver.finish();
        match error {
            None => Ok(Progress::Done),
            Some((error, true)) => Ok(Progress::Busy(error)),
            Some((error, false)) => Err(error),
        }
    }

    fn finish(self) {}
}
