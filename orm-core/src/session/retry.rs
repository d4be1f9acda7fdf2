//! Running a piece of work again when the database asks for it.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use super::{Session, SessionOptions};
use crate::engine::{Engine, Isolation};
use crate::error::Result;

/// How [`Engine::retry_with`] tries again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RetryOptions {
    /// How often the work is done, at the most (default: 10).
    pub attempts: u32,
    /// The pause after the first failure (default: 5 ms). Each pause is twice as long as the one before, and between a
    /// half and the whole of that at random, so that those who collided do not meet again.
    pub first_delay: Duration,
    /// The longest pause (default: 1 s).
    pub longest_delay: Duration,
    /// The options of the sessions that the work is given. Where neither they nor the engine ask for an isolation level, it
    /// is `Serializable`.
    pub session: SessionOptions,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            attempts: 10,
            first_delay: Duration::from_millis(5),
            longest_delay: Duration::from_secs(1),
            session: SessionOptions::default(),
        }
    }
}

impl RetryOptions {
    /// Sets how often the work is done, at the most.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the pauses: the first, and the longest.
    #[must_use]
    pub fn delays(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_delay, self.longest_delay) = (first, longest);
        self
    }

    /// Sets the options of the sessions, for example their isolation level.
    #[must_use]
    pub fn session(mut self, options: SessionOptions) -> Self {
        self.session = options;
        self
    }

    /// The pause after so many failures.
    fn delay(&self, failures: u32) -> Duration {
        let factor = 1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX);
        let whole = self
            .first_delay
            .saturating_mul(factor)
            .min(self.longest_delay);
        // The standard library's hash keys are the only randomness needed here.
        let random = RandomState::new().hash_one(failures) % 1024;
        whole / 2 + (whole / 2).mul_f64(random as f64 / 1024.0)
    }
}

impl Engine {
    /// Does a piece of work on a fresh session, and again on another when the database could not serialize it with
    /// others, broke a deadlock by it, or was busy. The work commits; what it did before a failure is rolled back, also where
    /// the work ignored the failure and its commit said so.
    ///
    /// The work is one transaction from its first statement, and serializable, unless the options or the engine ask for
    /// another level: what it reads is not changed by others until it has committed, so that no update is lost. On SQLite
    /// it has the write lock from the first statement, and no other writer comes in between; work that only reads is
    /// better done with `TransactionOptions::read_only`.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "accounts")]
    /// # struct Account { #[orm(primary_key)] id: i64, balance: i64 }
    /// # async fn example(engine: Engine) -> orm_core::Result<()> {
    /// let balance = engine
    ///     .retry(|mut session| async move {
    ///         let account = session.get_one::<Account>(1).await?;
    ///         session[account].balance += 10;
    ///         session.commit().await?;
    ///         Ok(session[account].balance)
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first error of the work that trying again does not help, or the last one when all attempts have failed; its
    /// message says how many there were.
    pub async fn retry<T, Fut>(&self, work: impl FnMut(Session) -> Fut) -> Result<T>
    where
        Fut: Future<Output = Result<T>>,
    {
        self.retry_with(RetryOptions::default(), work).await
    }

    /// As [`Engine::retry`], with options.
    ///
    /// # Errors
    /// As [`Engine::retry`].
    pub async fn retry_with<T, Fut>(
        &self,
        mut options: RetryOptions,
        mut work: impl FnMut(Session) -> Fut,
    ) -> Result<T>
    where
        Fut: Future<Output = Result<T>>,
    {
        let asked = options.session.transaction.isolation.or(self.isolation());
        options.session.transaction.isolation = asked.or(Some(Isolation::Serializable));
        let mut attempt = 1;
        loop {
            match work(self.session_with(options.session.clone())).await {
                Ok(value) => return Ok(value),
                Err(error) if error.is_retryable() && attempt < options.attempts => {
                    tokio::time::sleep(options.delay(attempt)).await;
                    attempt += 1;
                }
                Err(error) if attempt == 1 => return Err(error),
                Err(error) => return Err(error.with_note(&format!("tried {attempt} times"))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let options = RetryOptions::default();
        for (failures, whole) in [(1, 5), (2, 10), (3, 20), (8, 640), (9, 1000), (200, 1000)] {
            let delay = options.delay(failures);
            assert!(delay >= Duration::from_millis(whole) / 2, "{delay:?}");
            assert!(delay <= Duration::from_millis(whole), "{delay:?}");
        }
    }
}
