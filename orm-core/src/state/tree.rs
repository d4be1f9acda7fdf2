//! Plain values with their relationships, on the way into the session: merged into what it holds, or attached as they are.

use std::collections::HashMap;

use super::{Life, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{
    AnyModel, Assigned, Cascade, ColumnSet, Key, ModelDescriptor, ObjectId, RelationDescriptor,
    Rows,
};
use crate::types::Value;

/// Plain values, taken apart: what was in a relationship's field is a node of its own.
pub(crate) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The columns that the root's builder did not set.
    omitted: ColumnSet,
}

pub(super) struct Node {
    pub(super) rows: Box<dyn Rows>,
    /// How far from the root.
    level: usize,
    pub(super) branches: Vec<Branch>,
}

/// What a relationship's field of one object held.
pub(super) struct Branch {
    pub(super) row: usize,
    pub(super) relation: &'static RelationDescriptor,
    pub(super) to: To,
    /// Whether there may be more.
    pub(super) part: bool,
}

pub(super) enum To {
    /// Objects of the session.
    Held(Vec<ObjectId>),
    /// All objects of another node.
    Node(usize),
}

impl Tree {
    /// Takes apart what is in the fields of the relationships that `choose` takes, and theirs.
    ///
    /// # Errors
    /// `UnknownHandle` when a field holds a handle of another session.
    pub(crate) fn new(
        state: &State,
        rows: Box<dyn Rows>,
        choose: impl Fn(Cascade) -> bool,
    ) -> Result<Self> {
        let mut nodes = vec![Node {
            rows,
            level: 0,
            branches: Vec::new(),
        }];
        let mut index = 0;
        while index < nodes.len() {
            let descriptor = nodes[index].rows.descriptor();
            for row in 0..nodes[index].rows.count() {
                for relation in descriptor.relations {
                    let Some(object) = nodes[index].rows.get_mut(row) else {
                        continue;
                    };
                    let assigned = relation.field.take(object.as_any_mut());
                    if !choose(relation.cascade) {
                        continue;
                    }
                    let part = matches!(assigned, Assigned::Part(_));
                    let to = match assigned {
                        Assigned::Nothing => continue,
                        Assigned::Handles(handles) => {
                            let target = (relation.target)();
                            let held = handles.into_iter();
                            To::Held(
                                held.map(|raw| state.resolve_raw(raw, target))
                                    .collect::<Result<_>>()?,
                            )
                        }
                        Assigned::Owned(rows) | Assigned::Part(rows) => {
                            nodes.push(Node {
                                rows,
                                level: nodes[index].level + 1,
                                branches: Vec::new(),
                            });
                            To::Node(nodes.len() - 1)
                        }
                    };
                    nodes[index].branches.push(Branch {
                        row,
                        relation,
                        to,
                        part,
                    });
                }
            }
            index += 1;
        }
        let omitted = ColumnSet::EMPTY;
        Ok(Self { nodes, omitted })
    }

    /// The same, of a root of which these columns say nothing.
    pub(crate) fn without(self, omitted: ColumnSet) -> Self {
        Self { omitted, ..self }
    }

    /// How many levels there are.
    pub(crate) fn levels(&self) -> usize {
        self.nodes.last().map_or(0, |node| node.level + 1)
    }

    /// The objects of one level that say what their key is, which may be 0.
    pub(crate) fn keyed(&self, level: usize) -> impl Iterator<Item = (&dyn AnyModel, Key)> {
        let nodes = self.nodes.iter().filter(move |node| node.level == level);
        nodes
            .flat_map(|node| (0..node.rows.count()).filter_map(|row| node.rows.get(row)))
            .filter(move |object| level > 0 || says_key(*object, self.omitted))
            .map(|object| (object, object.identity()))
    }

    /// Gives the objects of a model that have one key another, by which their row was found.
    ///
    /// # Errors
    /// `Decode` when a value does not fit its field.
    pub(crate) fn spell(
        &mut self,
        model: &'static ModelDescriptor,
        asked: &[Value],
        found: &[Value],
    ) -> Result<()> {
        let nodes = self.nodes.iter_mut();
        for node in nodes.filter(|node| *node.rows.descriptor() == *model) {
            for row in 0..node.rows.count() {
                let Some(object) = node.rows.get_mut(row) else {
                    continue;
                };
                let keys = model.primary_key.iter();
                if keys
                    .zip(asked)
                    .all(|(&key, asked)| object.value(key) == *asked)
                {
                    for (&key, found) in model.primary_key.iter().zip(found) {
                        object.set(key, found.as_ref())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The relationships of one level's objects of which the whole has to be known, where the objects are held: they have a
    /// whole assigned, or a part of their pairs, of which only those are new that are not there yet.
    pub(crate) fn assigned(
        &self,
        state: &State,
        level: usize,
    ) -> Vec<(&'static RelationDescriptor, Vec<ObjectId>)> {
        let mut assigned: Vec<(&'static RelationDescriptor, Vec<ObjectId>)> = Vec::new();
        for node in self.nodes.iter().filter(|node| node.level == level) {
            let whole = |branch: &&Branch| !branch.part || branch.relation.is_many_to_many();
            for branch in node.branches.iter().filter(whole) {
                let key = node.rows.get(branch.row).map(AnyModel::identity);
                let Some(id) = key.and_then(|key| state.find(node.rows.descriptor(), &key)) else {
                    continue;
                };
                match assigned
                    .iter_mut()
                    .find(|(relation, _)| std::ptr::eq(*relation, branch.relation))
                {
                    Some((_, parents)) => parents.push(id),
                    None => assigned.push((branch.relation, vec![id])),
                }
            }
        }
        assigned
    }
}

/// Whether an object says what its key is, of which these columns say nothing.
fn says_key(object: &dyn AnyModel, omitted: ColumnSet) -> bool {
    let generated = object.descriptor().generated_key();
    !(generated.is_some_and(|key| omitted.contains(key)) || leaves_key(object))
}

/// Whether an object leaves its key, or a part of it, to the database.
fn leaves_key(object: &dyn AnyModel) -> bool {
    let mut key = object.descriptor().primary_key.iter();
    key.any(|&column| object.value(column) == Value::Unloaded)
}

/// Whether the key, where there is no such row, is for the database to generate.
pub(super) fn generates_key(object: &dyn AnyModel) -> bool {
    let generated = object.descriptor().generated_key();
    generated.is_some_and(|key| {
        matches!(
            object.value(key),
            Value::I64(0) | Value::I32(0) | Value::I16(0)
        )
    }) || leaves_key(object)
}

impl State {
    /// Copies plain values onto the objects with their keys, which have been loaded as far as there are any; the others
    /// become pending. Gives the root's object. `unset` are the columns that the root leaves to the database if it is new.
    pub(crate) fn merge(&mut self, tree: Tree, unset: ColumnSet) -> Result<ObjectId> {
        let mut new = HashMap::new();
        let mut targets: Vec<Vec<ObjectId>> = Vec::with_capacity(tree.nodes.len());
        let mut branches = Vec::with_capacity(tree.nodes.len());
        for node in tree.nodes {
            let left_out = match targets.is_empty() {
                true => (unset, tree.omitted),
                false => (ColumnSet::EMPTY, ColumnSet::EMPTY),
            };
            targets.push(self.merge_rows(node.rows, left_out, &mut new)?);
            branches.push(node.branches);
        }
        for (node, branches) in branches.into_iter().enumerate() {
            for Branch {
                row,
                relation,
                to,
                part,
            } in branches
            {
                let related = match to {
                    To::Held(held) => held,
                    To::Node(node) => targets[node].clone(),
                };
                for &other in &related {
                    if self.meta(other).life == Life::Transient {
                        self.add_again(other)?;
                    }
                }
                let parent = targets[node][row];
                if part && !self.is_new(parent) {
                    for other in related {
                        self.put_in(parent, relation, other)?;
                    }
                } else {
                    self.assign(parent, relation, related)?;
                }
            }
        }
        Ok(targets[0][0])
    }

    /// Puts an object into a relationship to many, whatever else is in it.
    fn put_in(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        other: ObjectId,
    ) -> Result<()> {
        if relation.is_many_to_many() {
            return self.link(parent, relation, other);
        }
        let slot = self.slot_of(relation)?;
        self.change_parent(other, slot, Some(parent))
    }

    fn merge_rows(
        &mut self,
        rows: Box<dyn Rows>,
        (unset, omitted): (ColumnSet, ColumnSet),
        new: &mut HashMap<(u32, Key), ObjectId>,
    ) -> Result<Vec<ObjectId>> {
        let arena = self.arena_of(rows.descriptor());
        let slots = self.arena_mut(arena).append(rows, Life::Transient)?;
        let mut targets = Vec::with_capacity(slots.len());
        for id in slots.map(|slot| ObjectId { arena, slot }) {
            let descriptor = self.descriptor(id);
            let object = self.any(id)?;
            let key = says_key(object, omitted).then(|| object.identity());
            let generates = generates_key(object);
            let held = key.as_ref().and_then(|key| {
                self.find(descriptor, key)
                    .or_else(|| new.get(&(arena, key.clone())).copied())
            });
            let Some(target) = held else {
                self.meta_mut(id).life = Life::Pending;
                if !unset.is_empty() {
                    self.meta_mut(id).extra_mut().unset = unset;
                }
                self.pending.push(id);
                self.loosen(id);
                // Objects without a row that leave their keys to the database are not one.
                if let Some(key) = key.filter(|_| !generates) {
                    new.insert((arena, key), id);
                }
                targets.push(id);
                continue;
            };
            self.same_version(id, target, &omitted)?;
            self.touch(target);
            for column in (0..descriptor.columns.len()).filter(|&column| !omitted.contains(column))
            {
                let value = self.any(id)?.value(column);
                if value == Value::Unloaded || !descriptor.columns[column].is_written() {
                    // What is not loaded says nothing, and what is computed is the database's.
                    continue;
                }
                self.any_mut(target)?.set(column, value.as_ref())?;
            }
            self.vacate(id);
            targets.push(target);
        }
        Ok(targets)
    }

    /// Of a model with a version, a plain value may be merged only onto the version that it was read as.
    fn same_version(&mut self, given: ObjectId, held: ObjectId, unset: &ColumnSet) -> Result<()> {
        let descriptor = self.descriptor(held);
        let Some(version) = &descriptor.on_write.version else {
            return Ok(());
        };
        if unset.contains(version.column)
            || self.any(given)?.value(version.column) == self.stored(held, version.column)?
        {
            return Ok(());
        }
        // It may as well be the session's that is old.
        self.meta_mut(held).expired = true;
        let object = self.describe(held);
        let name = descriptor.columns[version.column].name;
        let message = format!(
            "{object} was read at another version than the one in the session, by {}.{name}; load it anew and do the \
             change again",
            descriptor.table
        );
        Err(Error::new(ErrorKind::StaleData, message)
            .with_object(object)
            .with_table(descriptor.table)
            .with_columns([name]))
    }
}
