//! Loaded collections: what the database says, put together with what the program changed meanwhile.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::State;
use super::backref::{Slot, position};
use super::related::{Related, ToMany, ToOne};
use crate::error::Result;
use crate::mapping::{ModelDescriptor, ObjectId, RelationDescriptor};
use crate::types::Value;

/// What merging the collections of many parents has in common.
pub(crate) struct Merging {
    relation: &'static RelationDescriptor,
    index: usize,
    slot: Slot,
    told: bool,
}

impl State {
    /// Takes note that the database may find a foreign key of a relationship equal to a key that is not the same.
    pub(crate) fn compares_otherwise(
        &mut self,
        relation: &'static RelationDescriptor,
    ) -> Result<()> {
        let slot = self.slot_of(relation)?;
        if !self.folds(slot) {
            let (Slot::Own(relation, _) | Slot::Anonymous(relation)) = slot;
            self.folding.push(relation);
        }
        Ok(())
    }

    /// Takes note that the database compares some text of a model otherwise than letter by letter.
    pub(crate) fn compares_inexactly(&mut self, model: &'static ModelDescriptor) {
        if self.compares_exactly(model) {
            self.inexact.push(model);
        }
    }

    /// Whether the text of a model is compared letter by letter, as far as is known.
    pub(crate) fn compares_exactly(&self, model: &ModelDescriptor) -> bool {
        self.inexact.iter().all(|other| **other != *model)
    }

    /// Whether that was noted of a relationship.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub(crate) fn is_compared_otherwise(
        &self,
        relation: &'static RelationDescriptor,
    ) -> Result<bool> {
        Ok(!self.folding.is_empty() && self.folds(self.slot_of(relation)?))
    }

    fn folds(&self, slot: Slot) -> bool {
        let (Slot::Own(relation, _) | Slot::Anonymous(relation)) = slot;
        let mut folding = self.folding.iter();
        folding.any(|other| std::ptr::eq(*other, relation))
    }

    /// Puts what the database says of a collection together with what the program changed meanwhile.
    pub(crate) fn merge_loaded(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        found: &[ObjectId],
    ) -> Result<()> {
        let merging = self.merging(relation)?;
        let places = 0..found.len() as u32;
        self.merge_one(&merging, parent, &Arc::new(found.to_vec()), places)
    }

    /// What merging the collections of many parents has in common.
    pub(crate) fn merging(&self, relation: &'static RelationDescriptor) -> Result<Merging> {
        let slot = self.slot_of(relation)?;
        Ok(Merging {
            relation,
            index: position(relation),
            slot,
            // A foreign key to the primary key tells who the parent is, where it is compared letter by letter; any other
            // has to be remembered.
            told: relation.is_many_to_many()
                || (!self.folds(slot) && self.foreign_key_in(slot, |_| Ok(Value::Null))?.is_some()),
        })
    }

    /// As [`State::merge_loaded`], of what stands between two places of what was found for many.
    pub(crate) fn merge_one(
        &mut self,
        merging: &Merging,
        parent: ObjectId,
        all: &Arc<Vec<ObjectId>>,
        places: Range<u32>,
    ) -> Result<()> {
        let found = &all[places.start as usize..places.end as usize];
        let &Merging {
            relation,
            index,
            slot,
            told,
        } = merging;
        if relation.is_many_to_many() {
            return self.merge_links(parent, relation, found);
        }
        // What was found, unless the program changed something meanwhile.
        let mut changed: Option<Vec<ObjectId>> = None;
        for (place, &child) in found.iter().enumerate() {
            let known = match self.meta(child).extra {
                Some(_) => self.to_one(child, slot),
                // As of most objects that were read with the collection.
                None => None,
            };
            if known.is_some_and(|one| one.changed && one.current != Some(parent)) {
                changed.get_or_insert_with(|| found[..place].to_vec());
            } else if let Some(items) = &mut changed {
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
            let items = changed.get_or_insert_with(|| found.to_vec());
            let held: FxHashSet<_> = items.iter().copied().collect();
            let added = queued.items().iter();
            items.extend(added.copied().filter(|child| !held.contains(child)));
        }
        if let Some(rare) = meta.held_rare() {
            rare.views.retain(|(other, _)| *other != index);
        }
        let items = changed.as_deref().unwrap_or(found);
        *meta.related_mut(descriptor, index) = if !relation.is_many() {
            Related::One(ToOne {
                current: items.first().copied(),
                changed: false,
            })
        } else if let Some(items) = changed {
            Related::Many(ToMany::new(true, items))
        } else {
            Related::Many(ToMany::found(all, places))
        };
        Ok(())
    }
}
