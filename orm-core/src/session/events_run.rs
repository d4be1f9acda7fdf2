//! Calling the functions that a program has set, at the right moment and so that none can disturb what goes on.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Session;
use super::events::Moment;
use super::hooks::{Executing, FlushHook, Hooks};
use crate::dialect::Summary;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ModelDescriptor, ObjectId};
use crate::state::{Life, State};
use crate::unit_of_work::{Operation, Write};

/// The flushes of one commit, at the most, before its hooks are taken to go round in circles.
const ROUNDS: usize = 100;

/// Whose function is being called: it cannot begin anew what called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nobody's.
    Nothing,
    /// A flush's.
    Flush,
    /// A commit's.
    Commit,
}

/// A session inside a function of the program; outside again when this is dropped, also with the function's future.
struct Scope<'s> {
    session: &'s mut Session,
    before: Inside,
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        self.session.inside = self.before;
    }
}

impl Session {
    pub(super) fn hooks(&self) -> Option<&Hooks> {
        self.options.hooks.as_deref()
    }

    /// Whether an operation may be done now: a function of the program that is called within one cannot do it again.
    pub(super) fn allow(&self, operation: &str, flushes: bool) -> Result<()> {
        match self.inside {
            Inside::Nothing => Ok(()),
            Inside::Commit if flushes => Ok(()),
            inside => Err(not_here(operation, inside)),
        }
    }

    pub(super) async fn call(&mut self, hooks: &[FlushHook], inside: Inside) -> Result<()> {
        for hook in hooks {
            let scope = Scope {
                before: std::mem::replace(&mut self.inside, inside),
                session: self,
            };
            hook(scope.session).await?;
        }
        Ok(())
    }

    /// Calls functions of a flush, and takes over what they assigned.
    pub(super) async fn call_in_flush(&mut self, hooks: &[FlushHook]) -> Result<()> {
        if hooks.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.call(hooks, Inside::Flush).await {
            return Err(self.fall_back(error).await);
        }
        self.settle().await?;
        self.refuse_rolled_back()
    }

    /// Tells that a transaction has been committed.
    #[cold]
    pub(super) async fn tell_commit(&mut self, hooks: &Hooks) {
        for hook in &hooks.after_commit {
            let scope = Scope {
                before: std::mem::replace(&mut self.inside, Inside::Commit),
                session: self,
            };
            hook(scope.session).await;
        }
    }

    /// Tells that something has been rolled back.
    pub(super) fn tell_rollback(&self) {
        for hook in self.hooks().map_or(&[][..], |hooks| &hooks.after_rollback) {
            hook(self);
        }
    }

    /// Flushes until there is nothing to write; whether that has committed it too.
    pub(super) async fn flush_all(&mut self) -> Result<bool> {
        let committed = self.flush_or_commit(true).await?;
        if self
            .hooks()
            .is_none_or(|hooks| hooks.after_flush.is_empty())
        {
            return Ok(committed);
        }
        for _ in 1..ROUNDS {
            self.state.reconcile();
            if !self.state.needs_flush() {
                return Ok(false);
            }
            self.flush().await?;
        }
        let error = Error::new(
            ErrorKind::InvalidState,
            format!(
                "after {ROUNDS} flushes of one commit there is still something to write; does a hook always add some?"
            ),
        );
        self.abandon(&error).await;
        Err(error)
    }

    /// Before a flush is planned: tells the objects' functions what will be written, each object once. Whether there was
    /// anyone to tell, so that what they changed has to be taken over.
    pub(super) fn tell_before(
        &mut self,
        hooks: &Hooks,
        told: &mut FxHashSet<(Moment, ObjectId)>,
    ) -> Result<bool> {
        let state = &self.state;
        let life = |id: ObjectId, life| state.meta(id).life == life;
        let new = state.pending.iter().copied();
        let new = new.filter(|&id| life(id, Life::Pending));
        let changed = state.touched.iter().copied().filter(|&id| {
            hooks.has(state, id, Moment::BeforeUpdate)
                && life(id, Life::Persistent)
                && !state.meta(id).doomed
                && state.is_changed(id)
        });
        let doomed = state.doomed.iter().copied();
        let listed: Vec<_> = new
            .map(|id| (Moment::BeforeInsert, id))
            .chain(changed.map(|id| (Moment::BeforeUpdate, id)))
            .chain(doomed.map(|id| (Moment::BeforeDelete, id)))
            .filter(|&(moment, id)| hooks.has(state, id, moment) && told.insert((moment, id)))
            .collect();
        for &(moment, id) in &listed {
            if moment != Moment::BeforeDelete {
                self.state.touch(id);
                self.state.loosen(id);
            }
            hooks.tell(&mut self.state, id, moment)?;
        }
        Ok(!listed.is_empty())
    }

    /// Tells what has changed, when nothing changes any more.
    pub(super) fn tell_changes(&self, hooks: &Hooks) -> Result<()> {
        let state = &self.state;
        for model in &hooks.changing {
            let list = hooks.changes.get(&(model.type_id)());
            for id in state.held(model) {
                if state.meta(id).doomed || state.meta(id).extra.is_none() {
                    continue;
                }
                let changes = self.changes_of(id)?;
                if changes.is_empty() {
                    continue;
                }
                for &handle in &self.handles(&[id]) {
                    for hook in list.into_iter().flatten() {
                        hook(handle, &changes).map_err(|error| of_object(error, state, id))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Tells the objects' functions what has been written.
    pub(super) fn tell_after(
        &mut self,
        hooks: &Hooks,
        written: &[(Operation, ObjectId)],
    ) -> Result<()> {
        let mut told = FxHashSet::default();
        for &(operation, id) in written {
            let moment = match operation {
                Operation::Insert => Moment::AfterInsert,
                Operation::Update => Moment::AfterUpdate,
                Operation::Delete => Moment::AfterDelete,
            };
            // What is inserted and then completed by an update is one thing to tell.
            let deletes = operation == Operation::Delete;
            if told.insert((deletes, id)) && hooks.has(&self.state, id, moment) {
                hooks.tell(&mut self.state, id, moment)?;
            }
        }
        Ok(())
    }

    /// Tells one object's functions what has happened to it; theirs cannot fail.
    pub(super) fn tell_one(&mut self, id: ObjectId, moment: Moment) {
        if let Some(hooks) = self.options.hooks.clone() {
            let _told = hooks.tell(&mut self.state, id, moment);
        }
    }

    /// What of the objects that somebody watches is known, before something is read or expired.
    pub(super) fn watch(&self) -> Option<Watch> {
        let hooks = self.hooks().filter(|hooks| !hooks.watched.is_empty())?;
        let seen = |&model: &&'static ModelDescriptor| {
            let held = self.state.held(model);
            let expired = held.iter().filter(|&&id| self.state.meta(id).expired);
            Seen {
                model,
                expired: expired.copied().collect(),
                held: held.into_iter().collect(),
            }
        };
        Some(Watch(hooks.watched.iter().map(seen).collect()))
    }

    /// Tells the objects' functions what has been read or expired since.
    pub(super) fn notice(&mut self, watch: Option<Watch>) {
        let Some(watch) = watch else { return };
        for seen in watch.0 {
            for id in self.state.held(seen.model) {
                let expired = self.state.meta(id).expired;
                let moment = match (seen.held.contains(&id), seen.expired.contains(&id)) {
                    (false, _) => Moment::Loaded,
                    (true, false) if expired => Moment::Expired,
                    (true, true) if !expired => Moment::Refreshed,
                    _ => continue,
                };
                self.tell_one(id, moment);
            }
        }
    }

    /// Tells that a statement is about to be sent; what to tell when it has been run.
    #[inline]
    pub(super) fn tell_executing(
        &self,
        sql: &Arc<str>,
        summary: &Summary,
    ) -> Result<Option<(Arc<str>, Summary)>> {
        let Some(hooks) = self.hooks() else {
            return Ok(None);
        };
        if hooks.before_execute.is_empty() && hooks.after_execute.is_empty() {
            return Ok(None);
        }
        let executing = Executing::new(sql, summary);
        for hook in &hooks.before_execute {
            hook(&executing)?;
        }
        Ok(Some((Arc::clone(sql), summary.clone())))
    }

    /// As [`Session::tell_executing`], of a batch.
    pub(super) fn tell_batch(&self, write: &Write) -> Result<Option<(Arc<str>, Summary)>> {
        if self.hooks().is_none() {
            return Ok(None);
        }
        let text = super::text::batch(&self.engine, write)?;
        let summary = super::text::summary(write.operation, write.descriptor.table);
        self.tell_executing(&text.sql, &summary)
    }

    /// Tells that a statement has been run.
    pub(super) fn tell_executed(&self, told: Option<(Arc<str>, Summary)>, rows: u64) {
        if let (Some((sql, summary)), Some(hooks)) = (told, self.hooks()) {
            let executing = Executing::new(&sql, &summary);
            for hook in &hooks.after_execute {
                hook(&executing, rows);
            }
        }
    }
}

impl<'a> Executing<'a> {
    fn new(sql: &'a str, summary: &'a Summary) -> Self {
        Self {
            operation: &summary.operation,
            table: summary.table.as_deref(),
            sql,
        }
    }
}

/// What of the objects that somebody watches was known.
pub(super) struct Watch(Vec<Seen>);

struct Seen {
    model: &'static ModelDescriptor,
    held: FxHashSet<ObjectId>,
    expired: FxHashSet<ObjectId>,
}

impl Hooks {
    /// Whether anyone wants to know of single objects in a flush.
    pub(super) fn concern_objects(&self) -> bool {
        !(self.objects.is_empty() && self.changes.is_empty())
    }

    /// Whether anyone wants to be called while a transaction is open.
    pub(super) fn look_inside(&self) -> bool {
        self.concern_objects() || !(self.after_begin.is_empty() && self.after_flush.is_empty())
    }

    fn has(&self, state: &State, id: ObjectId, moment: Moment) -> bool {
        let model = state.descriptor(id);
        self.objects.contains_key(&((model.type_id)(), moment))
    }

    fn tell(&self, state: &mut State, id: ObjectId, moment: Moment) -> Result<()> {
        let key = ((state.descriptor(id).type_id)(), moment);
        let raw = state.raw(id);
        for hook in self.objects.get(&key).into_iter().flatten() {
            let outcome = hook(raw, state.any_mut(id)?);
            outcome.map_err(|error| of_object(error, state, id))?;
        }
        Ok(())
    }
}

/// The error of a function of the program names the object that it was called for.
#[cold]
fn of_object(error: Error, state: &State, id: ObjectId) -> Error {
    match error.object() {
        Some(_) => error,
        None => error
            .with_object(state.describe(id))
            .with_table(state.descriptor(id).table),
    }
}

#[cold]
fn not_here(operation: &str, inside: Inside) -> Error {
    let (whose, cure) = match inside {
        Inside::Commit => ("commit", "it ends when the function has returned"),
        _ => (
            "flush",
            "what it adds or changes is written when it has returned",
        ),
    };
    Error::new(
        ErrorKind::InvalidState,
        format!("cannot {operation} in a function that is called by a {whose}: {cure}"),
    )
}
