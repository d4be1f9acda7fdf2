//! A primary key changed: what `ON UPDATE CASCADE` does to the rows that refer to it is done to their objects too.

use super::{Life, State, Undo};
use crate::error::{Error, Result};
use crate::mapping::{ObjectId, ReferenceAction};
use crate::types::Value;

impl State {
    /// The objects whose foreign keys the database changed, and theirs, follow; `before` are the columns as they were.
    pub(crate) fn follow_key(&mut self, id: ObjectId, before: &[Value]) -> Result<()> {
        let mut work = vec![(id, before.to_vec())];
        while let Some((id, before)) = work.pop() {
            let parent = self.descriptor(id);
            for arena in 0..self.arenas.len() as u32 {
                for key in self.arena(arena).descriptor.foreign_keys() {
                    let changed = |&column: &usize| {
                        Ok::<_, Error>(!self.any(id)?.same(column, &before[column]))
                    };
                    let follows = *key.parent == *parent
                        && key.reference.on_update == ReferenceAction::Cascade
                        && key
                            .remote
                            .iter()
                            .map(changed)
                            .any(|it| it.is_ok_and(|it| it));
                    if !follows {
                        continue;
                    }
                    let pairs: Vec<_> = key
                        .columns
                        .iter()
                        .zip(&key.remote)
                        .map(|(&column, &remote)| {
                            Ok((column, &before[remote], self.any(id)?.value(remote)))
                        })
                        .collect::<Result<_>>()?;
                    for slot in 0..self.arena(arena).meta.len() as u32 {
                        let child = ObjectId { arena, slot };
                        work.extend(self.follow(child, &pairs)?.map(|values| (child, values)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Sets the foreign key of one object, if it is the one that changed; the columns as they were.
    fn follow(
        &mut self,
        child: ObjectId,
        pairs: &[(usize, &Value, Value)],
    ) -> Result<Option<Vec<Value>>> {
        let meta = self.meta(child);
        let Ok(object) = self.any(child) else {
            return Ok(None);
        };
        let refers = |&(column, old, _): &(usize, &Value, Value)| match meta.snapshot() {
            Some(snapshot) => snapshot[column] == *old,
            None => object.same(column, old),
        };
        if meta.life != Life::Persistent || !pairs.iter().all(refers) {
            return Ok(None);
        }
        let columns = 0..self.descriptor(child).columns.len();
        let stored: Box<[Value]> = match meta.snapshot() {
            Some(snapshot) => snapshot.into(),
            None => columns.map(|column| object.value(column)).collect(),
        };
        self.undo.push(Undo::Updated(child, stored.clone()));
        self.forget_stored_identity(child, &stored);
        for (column, old, new) in pairs {
            let object = self.any_mut(child)?;
            // What the program has set since is another change, which the next flush writes.
            if object.same(*column, old) {
                object.set(*column, new.as_ref())?;
            }
            if let Some(extra) = &mut self.meta_mut(child).extra
                && let Some(snapshot) = &mut extra.snapshot
            {
                snapshot[*column] = new.clone();
            }
        }
        self.remember_stored_identity(child);
        Ok(Some(stored.into_vec()))
    }
}
