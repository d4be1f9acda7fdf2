//! Loaded collections: what the database says, put together with what the program changed meanwhile.

use rustc_hash::FxHashSet;

use super::State;
use super::backref::{Slot, position};
use super::related::{Related, ToMany, ToOne};
use crate::error::Result;
use crate::mapping::{ObjectId, RelationDescriptor};
use crate::types::Value;

/// What merging the collections of many parents has in common.
pub(crate) struct Merging {
    relation: &'static RelationDescriptor,
    index: usize,
    slot: Slot,
    told: bool,
}

impl State {
    /// Puts what the database says of a collection together with what the program changed meanwhile.
    pub(crate) fn merge_loaded(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        found: &[ObjectId],
    ) -> Result<()> {
        let merging = self.merging(relation)?;
        self.merge_one(&merging, parent, found)
    }

    /// What merging the collections of many parents has in common.
    pub(crate) fn merging(&self, relation: &'static RelationDescriptor) -> Result<Merging> {
        let slot = self.slot_of(relation)?;
        Ok(Merging {
            relation,
            index: position(relation),
            slot,
            // A foreign key to the primary key tells who the parent is; any other has to be remembered.
            told: relation.is_many_to_many()
                || self.foreign_key_in(slot, |_| Ok(Value::Null))?.is_some(),
        })
    }

    /// As [`State::merge_loaded`].
    pub(crate) fn merge_one(
        &mut self,
        merging: &Merging,
        parent: ObjectId,
        found: &[ObjectId],
    ) -> Result<()> {
        let &Merging {
            relation,
            index,
            slot,
            told,
        } = merging;
        if relation.is_many_to_many() {
            return self.merge_links(parent, relation, found);
        }
        let mut items = Vec::with_capacity(found.len());
        for &child in found {
            let known = self.to_one(child, slot);
            if known.is_none_or(|one| !one.changed || one.current == Some(parent)) {
                items.push(child);
            }
            if known.is_none() && !told {
                let one = ToOne {
                    current: Some(parent),
                    changed: false,
                };
                self.set_to_one(child, slot, one);
            }
        }
        let descriptor = self.descriptor(parent);
        let meta = self.meta_mut(parent);
        if let Some(queued) = meta.related(index).and_then(Related::many)
            && !queued.items().is_empty()
        {
            let held: FxHashSet<_> = items.iter().copied().collect();
            let added = queued.items().iter();
            items.extend(added.copied().filter(|child| !held.contains(child)));
        }
        if let Some(extra) = &mut meta.extra {
            extra.views.retain(|(other, _)| *other != index);
        }
        *meta.related_mut(descriptor, index) = if relation.is_many() {
            Related::Many(ToMany::new(true, items))
        } else {
            Related::One(ToOne {
                current: items.first().copied(),
                changed: false,
            })
        };
        Ok(())
    }
}
