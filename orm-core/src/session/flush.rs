//! Running a flush.

use std::time::Instant;

use rustc_hash::FxHashSet;

use super::events_run::Inside;
use super::folding::takes_text_away;
use super::hooks::Hooks;
use super::load::ModelRows;
use super::rolled_back::Cause;
use super::{Phase, Session, kept};
use crate::dialect::{Batch, BatchReply, BatchStyle};
use crate::error::{Error, ErrorKind, Result};
use crate::load::ByKey;
use crate::types::Values;
use crate::unit_of_work::{Cascades, LinkWrite, Need, Operation, Plan, Step, Write};

/// The lists of one batch, whose room the next batch of the flush uses again.
#[derive(Default)]
pub(super) struct Room {
    sent: Values,
    returned: Values,
}

impl Room {
    /// An empty list for what is sent.
    fn sent(&mut self) -> Values {
        self.sent.clear();
        std::mem::take(&mut self.sent)
    }

    /// An empty list for what comes back.
    fn returned(&mut self) -> Values {
        self.returned.clear();
        std::mem::take(&mut self.returned)
    }
}

impl Session {
    /// Writes what is new, changed or deleted: one statement for each table, operation and set of columns, parents first,
    /// in the session's transaction, which is begun if there is none.
    ///
    /// # Errors
    /// An integrity error names the object, table, constraint and columns; `StaleData` when a changed row is gone. After
    /// any error everything is as after a rollback, wholly or to the innermost savepoint.
    ///
    /// `PendingRollback` after that, and after anything else by which a transaction ended or work was given up without the
    /// program's word: a future of the session that was dropped half-way, a lost connection, a caught panic. It names the first
    /// cause. Nothing is sent until [`Session::rollback`] (or [`Session::rollback_to`], where only a savepoint was lost) takes
    /// note of it; then the objects that were new are transient, and can be added anew.
    pub async fn flush(&mut self) -> Result<()> {
        self.flush_or_commit(false).await.map(drop)
    }

    /// A flush, which may commit what it writes if it `commits`, where one statement does both; whether it has.
    pub(super) async fn flush_or_commit(&mut self, commits: bool) -> Result<bool> {
        self.allow("flush", true)?;
        self.settle().await?;
        self.refuse_rolled_back()?;
        if !self.state.needs_flush() {
            return Ok(false);
        }
        // Every query begins with a flush, most often of nothing: its state is not to lie in the futures of all of them.
        Box::pin(self.flush_now(commits)).await
    }

    async fn flush_now(&mut self, commits: bool) -> Result<bool> {
        let hooks = self.options.hooks.clone();
        if let Some(hooks) = &hooks {
            self.call_in_flush(&hooks.before_flush).await?;
        }
        self.begin_writing()?;
        match self.write_all(hooks.as_deref(), commits).await {
            Ok(committed) => {
                self.phase = Phase::Settled;
                if let Some(hooks) = &hooks {
                    self.call_in_flush(&hooks.after_flush).await?;
                }
                Ok(committed)
            }
            Err(error) if self.phase == Phase::Committing => {
                self.connection = None;
                self.give_up(true, Cause::of(&error));
                Err(error)
            }
            Err(error) => Err(Box::pin(self.fall_back(error)).await),
        }
    }

    async fn write_all(&mut self, hooks: Option<&Hooks>, commits: bool) -> Result<bool> {
        let hooks = hooks.filter(|hooks| hooks.concern_objects());
        let mut cascades = Cascades::within(self.options.criteria.clone());
        let mut told = FxHashSet::default();
        loop {
            while let Some(need) = cascades.advance(&mut self.state)? {
                Box::pin(self.meet(need, &mut cascades)).await?;
            }
            let Some(hooks) = hooks else { break };
            if !self.tell_before(hooks, &mut told)? {
                self.tell_changes(hooks)?;
                break;
            }
            // What they assigned may bring more objects along.
            self.state.reconcile();
            if let Some(fault) = self.state.fault.take() {
                return Err(fault);
            }
            Box::pin(self.replace_all()).await?;
        }
        if self.state.writes_expired() {
            Box::pin(self.read_first()).await?;
        }
        let mut plan = Plan::new(&mut self.state)?;
        let alone = match plan.alone().filter(|_| commits) {
            Some(write) => self.needs_no_transaction(write).await?,
            None => false,
        };
        if !(alone || plan.is_empty()) {
            self.open_transaction().await?;
        }
        let (mut written, mut computed) = (Vec::new(), Vec::new());
        let mut room = Room::default();
        while let Some(step) = plan.next() {
            match step {
                Step::Rows(write) if alone => self.write_alone(write).await?,
                Step::Rows(write) => {
                    if hooks.is_some() {
                        let objects = write.objects.iter();
                        written.extend(objects.map(|&id| (write.operation, id)));
                    }
                    let computes = write.descriptor.computes();
                    if computes && write.operation != Operation::Delete {
                        computed.extend_from_slice(&write.objects);
                    }
                    self.write(write, &mut room).await?;
                }
                Step::Links(write) => Box::pin(self.write_links(write)).await?,
            }
        }
        if !computed.is_empty() {
            Box::pin(self.read_back(computed)).await?;
        }
        if let Some(hooks) = hooks {
            self.tell_after(hooks, &written)?;
        }
        self.state.flushed();
        Ok(alone)
    }

    /// Loads what the cascades need to know.
    async fn meet(&mut self, need: Need, cascades: &mut Cascades) -> Result<()> {
        match need {
            Need::Related { relation, parents } => self.load_hidden(relation, &parents).await,
            Need::Rows {
                relation,
                holder,
                columns,
                keys,
            } => {
                let target = (relation.target)();
                let mut rows = ByKey::new(target, columns, &[]);
                keys.into_iter().for_each(|key| rows.push(key));
                let statement = super::text::by_key(&self.engine, rows)?;
                let read = self.fetch(statement, ModelRows::new(target)).await?;
                let found = self.absorb(target, read.0, false)?;
                cascades.found(&mut self.state, holder, relation, &found)
            }
        }
    }

    /// The number of batches of the next flush, which is planned and not carried out.
    pub(crate) fn plan_only(&mut self) -> Result<usize> {
        self.recover();
        self.state.reconcile();
        if let Some(need) = Cascades::default().advance(&mut self.state)? {
            let (Need::Related { relation, .. } | Need::Rows { relation, .. }) = need;
            let message = format!("{relation:?} has to be loaded first");
            return Err(Error::new(ErrorKind::InvalidState, message));
        }
        let mut plan = Plan::new(&mut self.state)?;
        Ok(std::iter::from_fn(|| plan.next()).count())
    }

    pub(super) async fn write(&mut self, write: Box<Write>, room: &mut Room) -> Result<()> {
        if !write.computed.is_empty() {
            return Box::pin(self.write_computed(*write)).await;
        }
        match self.send(&write, room).await {
            Ok((mut reply, in_order)) => {
                if kept::is_doubtful(&write, reply.affected) {
                    Box::pin(self.check_deleted(&write, reply.affected)).await?;
                }
                let applied = write.apply(
                    &mut self.state,
                    reply.affected,
                    reply.missed,
                    &reply.returned,
                    in_order,
                );
                room.returned = std::mem::take(&mut reply.returned);
                match applied {
                    Ok(()) => Ok(()),
                    Err(error) => Err(Box::pin(self.explain_stale(error, &write)).await),
                }
            }
            Err(error) => Err(Box::pin(self.explain(error, &write)).await),
        }
    }

    /// Sends a batch; the reply, and whether what it returns is in the order of the rows.
    async fn send(&mut self, write: &Write, room: &mut Room) -> Result<(BatchReply, bool)> {
        let (mut whole, began) = (BatchReply::default(), Instant::now());
        whole.returned = room.returned();
        let mut sent = 0;
        loop {
            let rest = &write.objects[sent..];
            let at_once = self.connect().await?.rows_at_once(rest.len(), began);
            let part = &rest[..rest.len().min(at_once)];
            let mut rows = room.sent();
            write.values_of(part, &mut self.state, &mut rows)?;
            let mut batch = self.batch(write, rows)?;
            (batch.count, batch.room) = (part.len(), std::mem::take(&mut whole.returned));
            let in_order = batch.style == BatchStyle::PerRow;
            let reply = self.connect().await?.batch(batch).await;
            let reply = reply.map_err(|error| match error.row() {
                Some(row) => error.with_row(sent + row),
                None => error,
            })?;
            whole.affected += reply.affected;
            whole.missed = reply.missed.map(|row| sent + row);
            whole.returned = reply.returned;
            room.sent = reply.sent;
            sent += part.len();
            if sent == write.objects.len() || whole.missed.is_some() {
                return Ok((whole, in_order));
            }
        }
    }

    /// Sends a batch with these values; the reply, and whether what it returns is in the order of the rows.
    pub(super) async fn send_values(
        &mut self,
        write: &Write,
        rows: Values,
    ) -> Result<(BatchReply, bool)> {
        let batch = self.batch(write, rows)?;
        let in_order = batch.style == BatchStyle::PerRow;
        let reply = self.connect().await?.batch(batch).await?;
        Ok((reply, in_order))
    }

    /// A batch with these values.
    pub(super) fn batch(&self, write: &Write, rows: Values) -> Result<Box<Batch>> {
        let text = super::text::batch(&self.engine, write)?;
        Ok(Box::new(Batch {
            sql: text.sql,
            columns: text.columns,
            types: text.types,
            rows,
            count: write.objects.len(),
            style: text.style,
            returning: text.returning,
            one_each: write.one_each(),
            generated_key: write.generated_key(),
            summary: super::text::summary(write.operation, write.descriptor.table),
            room: Values::default(),
        }))
    }

    async fn write_links(&mut self, write: LinkWrite) -> Result<()> {
        let text = match takes_text_away(&write) {
            true => Box::pin(self.unlink(&write)).await?,
            false => None,
        };
        let text = match text {
            Some(text) => text,
            None => super::text::links(&self.engine, &write)?,
        };
        let batch = Batch {
            sql: text.sql,
            columns: text.columns,
            types: text.types,
            rows: write.values(&self.state)?,
            count: write.count(),
            style: text.style,
            returning: text.returning,
            one_each: write.parts_pairs(),
            generated_key: None,
            summary: super::text::summary(write.operation, write.table.table),
            room: Values::default(),
        };
        let connection = self.connect().await?;
        match connection.batch(Box::new(batch)).await {
            Ok(reply) => write.apply(&self.state, reply.affected, reply.missed),
            Err(error) => Err(write.explain(&self.state, error)),
        }
    }

    /// Takes over what the program assigned; everything that reads or writes relationships begins with this.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.recover();
        self.state.reconcile();
        if let Some(fault) = self.state.fault.take() {
            return Err(Box::pin(self.fall_back(fault)).await);
        }
        if self.state.replacing.is_empty() {
            return Ok(());
        }
        Box::pin(self.replace_all()).await
    }

    /// Loads the collections that were assigned while unloaded, and finds out what was taken out of them.
    async fn replace_all(&mut self) -> Result<()> {
        // Peeked, not popped: if this future is dropped while it loads, the assignment is still to be done.
        while let Some(replacement) = self.state.replacing.front().cloned() {
            self.load_related(replacement.relation, &[replacement.parent])
                .await?;
            self.state.replacing.pop_front();
            if let Some(current) = self.state.members(replacement.parent, replacement.relation) {
                self.state.replace(
                    replacement.parent,
                    replacement.relation,
                    &current,
                    replacement.children,
                )?;
            }
        }
        Ok(())
    }

    /// What every query begins with.
    pub(super) async fn before_query(&mut self) -> Result<()> {
        if self.options.autoflush && self.inside != Inside::Flush {
            self.flush().await
        } else {
            self.settle().await
        }
    }
}
