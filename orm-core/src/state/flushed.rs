//! What a flush changes in the bookkeeping of an object.

use super::backref::{Known, position};
use super::{Life, Related, State};
use crate::error::Result;
use crate::mapping::{Computed, Key, ObjectId};
use crate::types::Value;

impl State {
    /// Whether a generated key has been left to the database: it is at its default, 0.
    pub(crate) fn is_unset_key(&self, id: ObjectId, column: usize) -> bool {
        // Integers are the same by value, whatever their width.
        self.any(id)
            .is_ok_and(|object| object.same(column, &Value::I64(0)))
    }

    /// Nothing of a touched object changed after all.
    pub(crate) fn untouch(&mut self, id: ObjectId) {
        let meta = self.meta_mut(id);
        meta.touched = false;
        if let Some(extra) = &mut meta.extra {
            extra.snapshot = None;
        }
        if let Some(rare) = meta.held_rare() {
            rare.computed.clear();
        }
    }

    /// What the database is to work out for an object, unless the program has said something else since.
    pub(crate) fn computed(&self, id: ObjectId) -> Vec<Computed> {
        let computed = &self.meta(id).rare().computed;
        if computed.is_empty() {
            return Vec::new();
        }
        let Ok(object) = self.any(id) else {
            return Vec::new();
        };
        let counts = |computed: &&Computed| object.same(computed.column, &computed.held);
        computed.iter().filter(counts).cloned().collect()
    }

    /// The next flush writes an expression to a column of an object.
    pub(crate) fn compute(&mut self, id: ObjectId, computed: Computed) {
        self.touch(id);
        let list = &mut self.meta_mut(id).rare_mut().computed;
        list.retain(|other| other.column != computed.column);
        list.push(computed);
    }

    /// A new object is not to be inserted after all; the plan of the flush passes over it.
    pub(crate) fn unpend(&mut self, id: ObjectId) {
        let meta = self.meta_mut(id);
        if meta.life == Life::Pending {
            meta.life = Life::Transient;
        }
    }

    /// Whether a flush might have something to write.
    pub(crate) fn needs_flush(&self) -> bool {
        !(self.pending.is_empty()
            && self.doomed.is_empty()
            && self.touched.is_empty()
            && self.links.is_empty()
            && self.outside.is_empty())
    }

    /// The flush is done: what was listed for it has been written.
    pub(crate) fn flushed(&mut self) {
        self.pending.clear();
        self.doomed.clear();
        self.links.clear();
        self.let_go.clear();
        self.outside.clear();
        self.orphaned.clear();
        let (arenas, touched) = (&self.arenas, &mut self.touched);
        touched.retain(|id| arenas[id.arena as usize].meta[id.slot as usize].touched);
    }

    /// The object was flushed; if its key changed, the identity map follows, and what the database has made follow.
    pub(crate) fn rekey(&mut self, id: ObjectId, before: &[Value]) -> Result<()> {
        let object = self.any(id)?;
        let mut referred = self.descriptor(id).columns.iter().zip(before).enumerate();
        let changed = referred.any(|(index, (column, before))| {
            (column.primary_key || column.unique) && !object.same(index, before)
        });
        if !changed {
            return Ok(());
        }
        if self.key_in(id, before) != Some(object.identity()) {
            self.forget_stored_identity(id, before);
            self.remember_identity(id);
        }
        self.follow_key(id, before)
    }

    fn key_in(&self, id: ObjectId, row: &[Value]) -> Option<Key> {
        let keys = self.descriptor(id).primary_key.iter();
        Key::from_values(keys.map(|&key| row[key].as_ref()))
    }

    pub(super) fn forget_stored_identity(&mut self, id: ObjectId, row: &[Value]) {
        if let Some(key) = self.key_in(id, row) {
            self.arena_mut(id.arena).identity.remove(&key, id.slot);
        }
    }

    /// The identity map knows an object by the key that the database knows.
    pub(super) fn remember_stored_identity(&mut self, id: ObjectId) {
        let stored = self.meta(id).snapshot();
        match stored.and_then(|row| self.key_in(id, row)) {
            Some(key) => self.arena_mut(id.arena).identity.insert(key, id.slot),
            None => self.remember_identity(id),
        }
    }

    /// Drops the unflushed changes of an object that is deleted: its last values are the database's.
    pub(crate) fn drop_changes(&mut self, id: ObjectId) {
        let meta = self.meta_mut(id);
        if let Some(rare) = meta.held_rare() {
            rare.computed.clear();
        }
        if let Some(snapshot) = meta.extra.as_mut().and_then(|it| it.snapshot.take()) {
            self.restore(id, &snapshot);
        }
    }

    /// An object that is deleted, or not to be inserted after all, leaves the relationships of its parents.
    pub(crate) fn leave_parents(&mut self, id: ObjectId) -> Result<()> {
        let child = self.descriptor(id);
        let mut incoming = Vec::new();
        for (_, arena) in self.arenas() {
            let relations = arena.descriptor.relations.iter();
            incoming.extend(relations.filter(|relation| {
                !relation.owns_key()
                    && !relation.is_many_to_many()
                    && *(relation.target)() == *child
            }));
        }
        for relation in incoming {
            if let Known::Parent(Some(parent)) = self.known_parent(id, self.slot_of(relation)?)?
                && self.stays(parent)
            {
                let index = position(relation);
                if self.meta(parent).related(index).is_some() {
                    self.note_related(parent, index);
                    match self.meta_mut(parent).related_mut((relation.model)(), index) {
                        Related::Many(many) => many.take_out(id),
                        Related::One(one) if one.current == Some(id) => one.current = None,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the next flush leaves an object in the database.
    pub(super) fn stays(&self, id: ObjectId) -> bool {
        let meta = self.meta(id);
        matches!(meta.life, Life::Pending | Life::Persistent) && !meta.doomed
    }

    /// The value of a column as a key part, for looking rows up by it.
    pub(crate) fn key_of(&self, id: ObjectId, columns: &[usize]) -> Option<Key> {
        let object = self.any(id).ok()?;
        if let [column] = columns {
            return Key::from_value(object.value(*column).as_ref());
        }
        let values: Vec<Value> = columns.iter().map(|&column| object.value(column)).collect();
        Key::from_values(values.iter().map(Value::as_ref))
    }
}
