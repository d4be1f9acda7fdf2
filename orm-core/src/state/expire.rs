//! Giving up unflushed changes, and what is known of rows and relationships.

use super::{Life, Operation, Related, State};
use crate::error::Result;
use crate::mapping::{AnyModel, AttributeList, Key, ObjectId};
use crate::types::{Value, ValueRef};

impl State {
    /// Forgets unflushed changes and what is known of relationships; the next load of the row replaces the values. What
    /// is a part of the object goes with it.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the database.
    pub(crate) fn expire(&mut self, id: ObjectId) -> Result<()> {
        self.permit(Operation::Expire, id)?;
        // What was assigned to its fields is one of the changes to give up.
        self.reconcile();
        let stored = |other| self.meta(other).life == Life::Persistent;
        let parts = self.along(id, |cascade| cascade.refresh_expire, stored);
        parts.into_iter().try_for_each(|id| self.expire_one(id))
    }

    pub(super) fn expire_one(&mut self, id: ObjectId) -> Result<()> {
        self.replacing.retain(|waiting| waiting.parent != id);
        self.forget_relationships(id)?;
        let meta = self.meta_mut(id);
        meta.expired = true;
        if let Some(rare) = meta.held_rare() {
            rare.expired.clear();
            (rare.reopened, rare.refused) = (None, false);
        }
        Ok(())
    }

    /// Expires every persistent object.
    pub(crate) fn expire_all(&mut self) -> Result<()> {
        self.reconcile();
        let ids: Vec<_> = self
            .all_ids()
            .filter(|&id| self.meta(id).life == Life::Persistent)
            .collect();
        ids.into_iter().try_for_each(|id| self.expire_one(id))
    }

    /// Lets the next load of each row replace the values of its object, but gives up no change.
    pub(crate) fn outdate_all(&mut self) -> Result<()> {
        self.reconcile();
        if !self.needs_flush() {
            return self.expire_all();
        }
        let ids: Vec<_> = self.all_ids().collect();
        for id in ids {
            let meta = self.meta_mut(id);
            if meta.life == Life::Persistent {
                meta.expired = true;
                if let Some(rare) = meta.held_rare() {
                    rare.expired.clear();
                }
            }
        }
        Ok(())
    }

    /// As [`State::expire`], of some columns and relationships only; columns of the primary key stay.
    pub(crate) fn expire_only(&mut self, id: ObjectId, list: &AttributeList) -> Result<()> {
        self.permit(Operation::Expire, id)?;
        self.reconcile();
        let descriptor = self.descriptor(id);
        for &relation in &list.relations {
            let relation = &descriptor.relations[relation];
            self.replacing.retain(|waiting| {
                !(waiting.parent == id && std::ptr::eq(waiting.relation, relation))
            });
            self.forget_relation(id, relation)?;
        }
        let columns = list.columns.iter().copied();
        let columns: Vec<_> = columns
            .filter(|column| !descriptor.primary_key.contains(column))
            .collect();
        if columns.is_empty() {
            return Ok(());
        }
        if let Some(snapshot) = self.meta(id).snapshot() {
            let row: Vec<_> = columns
                .iter()
                .map(|&column| snapshot[column].clone())
                .collect();
            let object = self.any_mut(id)?;
            for (&column, value) in columns.iter().zip(&row) {
                object.set(column, value.as_ref())?;
            }
        }
        let meta = self.meta_mut(id);
        if let Some(rare) = meta.held_rare() {
            rare.computed
                .retain(|computed| !columns.contains(&computed.column));
        }
        self.mark_expired(id, columns);
        if !self.is_changed(id)
            && let Some(extra) = &mut self.meta_mut(id).extra
        {
            // With no change left to keep, the next load may replace the values at once.
            extra.snapshot = None;
        }
        Ok(())
    }

    /// The database changed columns of an object's row, to what it did not say: the next load replaces them, and those that
    /// are deferred are unloaded.
    pub(crate) fn outdated(&mut self, id: ObjectId, columns: &[usize]) -> Result<()> {
        let descriptor = self.descriptor(id);
        let (deferred, columns): (Vec<usize>, Vec<usize>) = columns
            .iter()
            .partition(|&&column| descriptor.columns[column].deferred);
        for column in deferred {
            self.any_mut(id)?.set(column, ValueRef::Unloaded)?;
        }
        if !columns.is_empty() {
            self.mark_expired(id, columns);
        }
        Ok(())
    }

    fn mark_expired(&mut self, id: ObjectId, columns: Vec<usize>) {
        let meta = self.meta_mut(id);
        if meta.is_expired_whole() {
            return;
        }
        meta.expired = true;
        let expired = &mut meta.rare_mut().expired;
        for column in columns {
            if !expired.contains(&column) {
                expired.push(column);
            }
        }
    }

    /// The objects that a relationship is known to hold.
    pub(crate) fn loaded(&self, id: ObjectId, relation: usize) -> &[ObjectId] {
        match self.meta(id).related(relation) {
            Some(Related::Many(many)) => many.items(),
            Some(Related::One(one)) => one.current.as_slice(),
            Some(Related::Unloaded) | None => &[],
        }
    }

    /// The value that the row of a persistent object has in a column, as far as is known.
    pub(crate) fn stored(&self, id: ObjectId, column: usize) -> Result<Value> {
        match self.meta(id).snapshot() {
            Some(snapshot) => Ok(snapshot[column].clone()),
            None => Ok(self.any(id)?.value(column)),
        }
    }

    /// The primary key by which the database knows the row of a persistent object, whatever the program set since.
    pub(crate) fn stored_key(&self, id: ObjectId) -> Result<Vec<Value>> {
        let keys = self.descriptor(id).primary_key.iter();
        keys.map(|&column| self.stored(id, column)).collect()
    }

    /// Reads the row of an object anew by `read`: where its foreign keys are others then, the parents it left and joined
    /// follow.
    pub(crate) fn reread(
        &mut self,
        id: ObjectId,
        read: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let before = self.references(id)?;
        read(self)?;
        self.forget_moved(id, before, &|_, _| false)
    }

    /// Takes over some columns of a row that was read anew.
    pub(crate) fn renew(
        &mut self,
        id: ObjectId,
        columns: &[usize],
        row: &dyn AnyModel,
    ) -> Result<()> {
        self.reread(id, |state| {
            for &column in columns {
                let value = row.value(column);
                state.any_mut(id)?.set(column, value.as_ref())?;
                let meta = state.meta_mut(id);
                if let Some(extra) = &mut meta.extra
                    && let Some(snapshot) = &mut extra.snapshot
                {
                    snapshot[column] = value;
                }
                if meta.expired
                    && let Some(rare) = meta.held_rare()
                    && !rare.expired.is_empty()
                {
                    rare.expired.retain(|&other| other != column);
                    meta.expired = !rare.expired.is_empty();
                }
            }
            Ok(())
        })
    }

    /// Fills a deferred column that is not loaded; one that is keeps what it has.
    pub(crate) fn fill(&mut self, id: ObjectId, column: usize, value: ValueRef<'_>) -> Result<()> {
        let object = self.any_mut(id)?;
        if object.value(column) != Value::Unloaded {
            return Ok(());
        }
        object.set(column, value)?;
        let value = object.value(column);
        if let Some(extra) = &mut self.meta_mut(id).extra
            && let Some(snapshot) = &mut extra.snapshot
        {
            snapshot[column] = value;
        }
        Ok(())
    }

    /// The identity map's key of values.
    pub(crate) fn key_from(values: &[Value]) -> Option<Key> {
        Key::from_values(values.iter().map(Value::as_ref))
    }
}
