//! Statements and transactions on SQLite: in place, in slices, with waits that do not block, and on a blocking thread
//! when they are long.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use tokio::sync::OwnedSemaphorePermit;

use super::super::Shared;
use super::super::driver::sqlite::{Control, Limit, Progress, Stopper, Work};
use super::super::options::Offload;
use super::super::pool::{Lease, State};
use super::lost;
use crate::error::{Error, ErrorKind, Result};

/// The part of the inline budget for which one step may keep the thread: it cannot be cut into slices.
const STEP_SHARE: u32 = 10;

/// How long a statement runs before it lets other tasks of its thread have a turn.
const SLICE: Duration = Duration::from_micros(200);

pub(super) async fn begin(
    home: &mut Option<Lease>,
    shared: &Shared,
    sql: &'static str,
    read_only: bool,
) -> Result<()> {
    if !read_only {
        wait_for_writer(home.as_mut().ok_or_else(lost)?, shared).await?;
    }
    let begun = run(home, shared, Control(sql.into())).await;
    let lease = home.as_mut().ok_or_else(lost)?;
    if begun.is_err() {
        lease.writer = None;
        return begun;
    }
    lease.state = State {
        in_transaction: true,
        read_only,
        changes_before: lease.sqlite()?.total_changes(),
        ..State::default()
    };
    Ok(())
}

pub(super) async fn commit(home: &mut Option<Lease>, shared: &Shared) -> Result<()> {
    run(home, shared, Control("COMMIT".into())).await?;
    end(home)
}

pub(super) async fn rollback(home: &mut Option<Lease>, shared: &Shared) -> Result<()> {
    let lease = home.as_mut().ok_or_else(lost)?;
    if !lease.sqlite()?.autocommit() {
        run(home, shared, Control("ROLLBACK".into())).await?;
    }
    end(home)
}

fn end(home: &mut Option<Lease>) -> Result<()> {
    let lease = home.as_mut().ok_or_else(lost)?;
    lease.state = State::default();
    lease.writer = None;
    Ok(())
}

pub(super) async fn control(
    home: &mut Option<Lease>,
    shared: &Shared,
    sql: Cow<'static, str>,
) -> Result<()> {
    run(home, shared, Control(sql)).await
}

/// Waits for the right to write. It is given out in turn, so no writer starves.
async fn wait_for_writer(lease: &mut Lease, shared: &Shared) -> Result<()> {
    let Some(permits) = shared.writer.as_ref().filter(|_| lease.writer.is_none()) else {
        return Ok(());
    };
    if let Ok(permit) = permits.clone().try_acquire_owned() {
        return may_write(lease, permit);
    }
    let limit = shared.busy_timeout;
    match tokio::time::timeout(limit, permits.clone().acquire_owned()).await {
        Ok(Ok(permit)) => may_write(lease, permit),
        _ => Err(Error::new(
            ErrorKind::Busy,
            format!(
                "another transaction of this program has been writing to the file for {limit:?}; end it earlier, or \
                 raise busy_timeout"
            ),
        )),
    }
}

/// Takes the right to write, to a file that is where it was: SQLite writes on to one that was deleted, and reports nothing.
fn may_write(lease: &mut Lease, permit: OwnedSemaphorePermit) -> Result<()> {
    if lease.sqlite()?.has_moved() {
        return Err(moved());
    }
    lease.writer = Some(permit);
    Ok(())
}

#[cold]
fn moved() -> Error {
    Error::new(
        ErrorKind::FileMoved,
        "the file of the database was deleted, moved or replaced since it was opened, so that what is written would be lost; \
         close the engine, put the file in place and connect again",
    )
}

/// Runs a unit of work to its end. What seldom happens has its state in a box of its own, since this future lies in that of
/// every statement.
pub(super) async fn run<W: Work>(
    home: &mut Option<Lease>,
    shared: &Shared,
    work: W,
) -> Result<W::Output> {
    let started = Instant::now();
    let mut waits = Waits::new(started + shared.busy_timeout);
    let mut hop = must_hop(home, shared, &work)?;
    let mut running = Running {
        home,
        work: Some(work),
    };
    let mut until = started + SLICE;
    loop {
        let progress = if hop {
            Box::pin(running.advance_elsewhere(shared)).await
        } else {
            let patience = (shared.offload == Offload::Auto)
                .then(|| started + shared.inline_budget / STEP_SHARE);
            running.advance(shared, Some(until), patience)
        };
        match progress {
            Ok(Progress::Done) => return running.finish(),
            Ok(Progress::More) => {
                tokio::task::yield_now().await;
                let now = Instant::now();
                until = now + SLICE;
                hop = shared.offload == Offload::Auto && now - started > shared.inline_budget;
            }
            Ok(Progress::Busy(error)) => {
                if !Box::pin(waits.pause()).await {
                    return Err(running.fail(too_busy(&error, shared)));
                }
                until = Instant::now() + SLICE;
            }
            Ok(Progress::TooLong) => hop = true,
            Ok(Progress::NeedsWriter) => {
                let lease = running.home.as_mut().ok_or_else(lost)?;
                if let Err(error) = Box::pin(wait_for_writer(lease, shared)).await {
                    return Err(running.fail(error));
                }
                until = Instant::now() + SLICE;
            }
            Err(error) => return Err(running.fail(error)),
        }
    }
}

/// From so many changed rows on, the COMMIT to a file is long: it cannot be sliced.
const LARGE_COMMIT: u64 = 1_000;

/// Whether the work is known beforehand to be long.
fn must_hop<W: Work>(home: &mut Option<Lease>, shared: &Shared, work: &W) -> Result<bool> {
    Ok(match shared.offload {
        Offload::Never => false,
        Offload::Always => true,
        Offload::Auto if work.size() >= shared.offload_rows => true,
        // The COMMIT of a large write copies it to the file.
        Offload::Auto if shared.writer.is_some() && work.sql() == "COMMIT" => {
            let lease = home.as_mut().ok_or_else(lost)?;
            let written = lease.sqlite()?.total_changes() - lease.state.changes_before;
            written >= LARGE_COMMIT
        }
        Offload::Auto => false,
    })
}

fn too_busy(error: &Error, shared: &Shared) -> Error {
    let busy = Error::new(
        ErrorKind::Busy,
        format!(
            "{} for {:?}: another connection writes to the file; end its transaction earlier, or raise busy_timeout",
            error.message(),
            shared.busy_timeout
        ),
    );
    match error.database_code() {
        Some(code) => busy.with_database_code(code),
        None => busy,
    }
}

/// Waits that grow from a millisecond to 25, up to a time limit.
struct Waits {
    next: Duration,
    give_up: Instant,
}

impl Waits {
    fn new(give_up: Instant) -> Self {
        Self {
            next: Duration::from_millis(1),
            give_up,
        }
    }

    /// False when the time is up.
    async fn pause(&mut self) -> bool {
        let left = self.give_up.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.next.min(left)).await;
        self.next = (self.next * 2).min(Duration::from_millis(25));
        true
    }
}

/// Work under way on a connection that is at home. However it is left, the statement's use ends before the work is
/// dropped, since parameters are bound where they lie in it.
struct Running<'h, W: Work> {
    home: &'h mut Option<Lease>,
    work: Option<W>,
}

impl<W: Work> Running<'_, W> {
    fn advance(
        &mut self,
        shared: &Shared,
        until: Option<Instant>,
        patience: Option<Instant>,
    ) -> Result<Progress> {
        match (self.home.as_mut(), &mut self.work) {
            (Some(lease), Some(work)) => {
                advance(lease, work, shared.writer.is_some(), until, patience)
            }
            _ => Err(lost()),
        }
    }

    /// Moves connection and work to a blocking thread, lets them finish there, and brings them back. If nobody waits for
    /// them any more the connection goes from there to the pool.
    async fn advance_elsewhere(&mut self, shared: &Shared) -> Result<Progress> {
        let (Some(mut lease), Some(work)) = (self.home.take(), self.work.take()) else {
            return Err(lost());
        };
        let on_file = shared.writer.is_some();
        let stopper = lease.sqlite()?.leave();
        let stop = StopOnDrop(work.may_stop().then(|| stopper.clone()));
        let mut away = Away(Some((work, lease)));
        let task = tokio::task::spawn_blocking(move || {
            let progress = if stopper.is_stopped() {
                Err(lost())
            } else {
                away.advance(on_file)
            };
            (away, progress)
        });
        let outcome = task.await;
        stop.disarm();
        match outcome {
            Ok((mut away, progress)) => {
                if let Some((work, mut lease)) = away.0.take() {
                    lease.sqlite()?.come_home();
                    *self.home = Some(lease);
                    self.work = Some(work);
                }
                progress
            }
            Err(error) => match error.try_into_panic() {
                // The sink has panicked; so it goes on where the statement was awaited.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::new(
                    ErrorKind::Connection,
                    "the runtime is shutting down; the statement was not run",
                )),
            },
        }
    }

    fn finish(mut self) -> Result<W::Output> {
        self.settle();
        match self.work.take() {
            Some(work) => Ok(work.finish()),
            None => Err(lost()),
        }
    }

    fn fail(mut self, error: Error) -> Error {
        self.settle();
        let Some(work) = self.work.take() else {
            return error;
        };
        if let Some(lease) = self.home.as_mut() {
            lease.state.aborted |= work.is_partial() && lease.state.in_transaction;
        }
        if error.sql().is_some() {
            return error;
        }
        error.with_sql(work.sql())
    }

    /// Ends the statement's use and notes what has become of the transaction.
    fn settle(&mut self) {
        let Some(lease) = self.home.as_mut() else {
            return;
        };
        let Ok(driver) = lease.sqlite() else {
            return;
        };
        driver.finish();
        let autocommit = driver.autocommit();
        if lease.state.in_transaction {
            // SQLite ends transactions by itself after some errors: full disk, out of memory, interrupt.
            lease.state.gone = autocommit;
            lease.state.aborted |= autocommit;
        } else if autocommit {
            lease.writer = None;
        }
    }
}

impl<W: Work> Drop for Running<'_, W> {
    fn drop(&mut self) {
        let Some(work) = &self.work else {
            return;
        };
        // Given up half-way.
        let writes = work.writes();
        self.settle();
        if let Some(lease) = self.home.as_mut() {
            lease.state.aborted |= writes && lease.state.in_transaction;
        }
    }
}

/// Work and connection on a blocking thread.
struct Away<W: Work>(Option<(W, Lease)>);

impl<W: Work> Away<W> {
    fn advance(&mut self, on_file: bool) -> Result<Progress> {
        match &mut self.0 {
            Some((work, lease)) => advance(lease, work, on_file, None, None),
            None => Err(lost()),
        }
    }
}

impl<W: Work> Drop for Away<W> {
    fn drop(&mut self) {
        if let Some((_, lease)) = &mut self.0
            && let Ok(driver) = lease.sqlite()
        {
            // The rollback that follows is not to be stopped.
            driver.come_home();
            driver.finish();
        }
    }
}

/// Stops a statement on another thread when nobody waits for it any more.
struct StopOnDrop(Option<Stopper>);

impl StopOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(stopper) = &self.0 {
            stopper.stop();
        }
    }
}

fn advance<W: Work>(
    lease: &mut Lease,
    work: &mut W,
    on_file: bool,
    until: Option<Instant>,
    patience: Option<Instant>,
) -> Result<Progress> {
    let limit = Limit {
        until,
        patience,
        may_write: !on_file || lease.state.in_transaction || lease.writer.is_some(),
        read_only: lease.state.read_only,
    };
    work.advance(lease.sqlite()?, &limit)
}
