//! From objects of the session to plain values with their relationships: owned trees.

use std::collections::HashSet;

use super::backref::position;
use super::{Related, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{AnyModel, Cascade, ModelDescriptor, ObjectId, RelationDescriptor, Rows};
use crate::types::{Row, Value, ValueRef};

/// The objects that one relationship holds for all objects of another layer.
struct Layer {
    ids: Vec<ObjectId>,
    /// For each object, which one of the layer before it belongs to.
    parent_of: Vec<usize>,
    before: usize,
    relation: Option<&'static RelationDescriptor>,
    /// Those of the layer before for which the relationship is not loaded.
    unloaded: Vec<usize>,
    /// Those for which only a part of it is.
    parts: Vec<usize>,
    /// Those whose object is left out by criteria.
    hidden: Vec<(usize, bool)>,
}

impl State {
    /// An object and what follows it along the loaded relationships that `choose` takes, each once, itself first.
    pub(super) fn along(
        &self,
        id: ObjectId,
        choose: impl Fn(Cascade) -> bool,
        take: impl Fn(ObjectId) -> bool,
    ) -> Vec<ObjectId> {
        let mut all = vec![id];
        let mut seen = HashSet::from([id]);
        let mut index = 0;
        while let Some(&id) = all.get(index) {
            index += 1;
            for relation in self.descriptor(id).relations {
                if choose(relation.cascade) {
                    let related = self.loaded(id, position(relation)).iter().copied();
                    all.extend(related.filter(|&other| take(other) && seen.insert(other)));
                }
            }
        }
        all
    }

    /// A copy of an object as a plain value, with the loaded relationships that `choose` takes, and theirs. The other
    /// side of the relationship by which an object is reached stays unloaded. `parts` says whether what a load with a filter
    /// found comes along, marked as a part.
    ///
    /// # Errors
    /// `InvalidState` when an object is part of itself, naming the way; `UnknownHandle` when it has been expunged.
    pub(crate) fn detach(
        &self,
        id: ObjectId,
        parts: bool,
        choose: impl Fn(Cascade) -> bool,
    ) -> Result<Box<dyn Rows>> {
        let mut layers = vec![Layer {
            ids: vec![id],
            parent_of: vec![0],
            before: 0,
            relation: None,
            unloaded: Vec::new(),
            parts: Vec::new(),
            hidden: Vec::new(),
        }];
        let mut index = 0;
        while index < layers.len() {
            let descriptor = self.model_of(&layers[index]);
            let back = match layers[index].relation {
                Some(relation) => relation.link()?.inverse,
                None => None,
            };
            for (at, relation) in descriptor.relations.iter().enumerate() {
                if Some(at) != back && choose(relation.cascade) {
                    layers.extend(self.layer(&layers, index, relation, parts)?);
                }
            }
            index += 1;
        }
        self.assemble(&layers)
    }

    /// The objects of a relationship of all objects of a layer; `None` when it is loaded for none, or there is none.
    fn layer(
        &self,
        layers: &[Layer],
        before: usize,
        relation: &'static RelationDescriptor,
        parts: bool,
    ) -> Result<Option<Layer>> {
        let mut layer = Layer {
            ids: Vec::new(),
            parent_of: Vec::new(),
            before,
            relation: Some(relation),
            unloaded: Vec::new(),
            parts: Vec::new(),
            hidden: Vec::new(),
        };
        for (index, &id) in layers[before].ids.iter().enumerate() {
            let view;
            let children = match self.meta(id).related(position(relation)) {
                Some(Related::Many(many)) if many.loaded => many.items(),
                Some(Related::One(_)) => self.loaded(id, position(relation)),
                _ => {
                    let found = if parts {
                        self.view(id, relation)?
                    } else {
                        None
                    };
                    let Some(found) = found else {
                        layer.unloaded.push(index);
                        continue;
                    };
                    layer.parts.push(index);
                    view = found;
                    &view
                }
            };
            if relation.options.filter.is_some() {
                layer.parts.push(index);
            }
            if children.is_empty()
                && let Some(required) = self.left_out(id, relation)?
            {
                layer.hidden.push((index, required));
            }
            for &child in children {
                self.refuse_cycle(layers, (before, index), relation, child)?;
                layer.ids.push(child);
                layer.parent_of.push(index);
            }
        }
        Ok((layer.unloaded.len() < layers[before].ids.len()).then_some(layer))
    }

    fn refuse_cycle(
        &self,
        layers: &[Layer],
        (mut at, mut index): (usize, usize),
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        let mut way = vec![format!("{relation:?}")];
        loop {
            let layer = &layers[at];
            if layer.ids[index] == child {
                way.reverse();
                let object = self.describe(child);
                let message = format!(
                    "{object} cannot become a plain value: it is reached from itself by {}; expire one of these \
                     relationships first",
                    way.join(", ")
                );
                return Err(Error::new(ErrorKind::InvalidState, message).with_object(object));
            }
            let Some(relation) = layer.relation else {
                return Ok(());
            };
            way.push(format!("{relation:?}"));
            (at, index) = (layer.before, layer.parent_of[index]);
        }
    }

    fn model_of(&self, layer: &Layer) -> &'static ModelDescriptor {
        match layer.relation {
            Some(relation) => (relation.target)(),
            None => self.descriptor(layer.ids[0]),
        }
    }

    /// Copies the objects, and puts those of the last layers into those before them.
    fn assemble(&self, layers: &[Layer]) -> Result<Box<dyn Rows>> {
        let mut copies = Vec::with_capacity(layers.len());
        for layer in layers {
            let mut rows = self.model_of(layer).model_type.rows();
            for &id in &layer.ids {
                rows.read(&Copied::new(self.any(id)?), 0)?;
            }
            copies.push(rows);
        }
        for layer in layers.iter().rev() {
            let Some(relation) = layer.relation else {
                break;
            };
            let Some(rows) = copies.pop() else { break };
            let parents = &mut *copies[layer.before];
            if !relation.field.attach(parents, rows, &layer.parent_of) {
                return Err(Error::new(
                    ErrorKind::InvalidMapping,
                    format!("the field of {relation:?} is not of the type its descriptor says"),
                ));
            }
            for &index in &layer.parts {
                if let Some(parent) = parents.get_mut(index) {
                    relation.field.mark_part(parent.as_any_mut());
                }
            }
            for &(index, required) in &layer.hidden {
                if let Some(parent) = parents.get_mut(index) {
                    relation
                        .field
                        .mark_hidden(parent.as_any_mut(), relation, required);
                }
            }
            for &index in &layer.unloaded {
                if let Some(parent) = parents.get_mut(index) {
                    relation.field.take(parent.as_any_mut());
                }
            }
        }
        copies
            .pop()
            .ok_or_else(|| Error::new(ErrorKind::UnknownHandle, "there is no such object"))
    }
}

/// The columns of an object as a row, to read a copy of it from.
struct Copied {
    descriptor: &'static ModelDescriptor,
    values: Vec<Value>,
}

impl Copied {
    fn new(object: &dyn AnyModel) -> Self {
        let descriptor = object.descriptor();
        let columns = 0..descriptor.columns.len();
        Self {
            descriptor,
            values: columns.map(|column| object.value(column)).collect(),
        }
    }
}

impl Row for Copied {
    fn len(&self) -> usize {
        self.values.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        Ok(self.values.get(index).map_or(ValueRef::Null, Value::as_ref))
    }

    fn name(&self, index: usize) -> &str {
        self.descriptor.columns.get(index).map_or("", |it| it.name)
    }
}
