//! Plain values taken in as the database is supposed to have them.

use super::tree::{Branch, To, Tree, generates_key};
use super::{Life, State, ToOne};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{AnyModel, ObjectId, Rows};

impl State {
    /// Takes plain values in as persistent objects, as the database is supposed to have them.
    ///
    /// # Errors
    /// `InvalidState` when one has no key, or the session holds an object with its key.
    pub(crate) fn attach(&mut self, tree: Tree) -> Result<ObjectId> {
        for level in 0..tree.levels() {
            for (object, key) in tree.keyed(level) {
                if self.find(object.descriptor(), &key).is_some() && !generates_key(object) {
                    return Err(unfit(object, "the session holds it already; merge it"));
                }
            }
        }
        for node in &tree.nodes {
            let mut objects = (0..node.rows.count()).filter_map(|row| node.rows.get(row));
            if let Some(object) = objects.find(|object| generates_key(*object)) {
                return Err(unfit(object, "it has no primary key; add it"));
            }
        }
        let mut targets: Vec<Vec<ObjectId>> = Vec::with_capacity(tree.nodes.len());
        let mut branches = Vec::with_capacity(tree.nodes.len());
        for node in tree.nodes {
            targets.push(self.attach_rows(node.rows)?);
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
                let related = match &to {
                    To::Held(held) => held,
                    To::Node(node) => &targets[*node],
                };
                let id = targets[node][row];
                if relation.owns_key() {
                    let one = ToOne {
                        current: related.first().copied(),
                        changed: false,
                    };
                    self.set_to_one(id, self.slot_of(relation)?, one);
                } else if part {
                    self.set_view(id, relation, related);
                } else {
                    self.merge_loaded(id, relation, related)?;
                }
            }
        }
        Ok(targets[0][0])
    }

    fn attach_rows(&mut self, rows: Box<dyn Rows>) -> Result<Vec<ObjectId>> {
        let arena = self.arena_of(rows.descriptor());
        let slots = self.arena_mut(arena).append(rows, Life::Persistent)?;
        let mut targets = Vec::with_capacity(slots.len());
        for slot in slots {
            let id = ObjectId { arena, slot };
            let key = self.any(id)?.identity();
            // A tree may hold a row twice; it is one object.
            match self.arena_mut(arena).identity.get_or_insert(key, slot) {
                Some(slot) => {
                    self.vacate(id);
                    targets.push(ObjectId { arena, slot });
                }
                None => targets.push(id),
            }
        }
        Ok(targets)
    }
}

#[cold]
fn unfit(object: &dyn AnyModel, why: &str) -> Error {
    let descriptor = object.descriptor();
    let name = format!("{}({})", descriptor.name, object.identity());
    Error::new(
        ErrorKind::InvalidState,
        format!("cannot attach {name}: {why}"),
    )
    .with_object(name)
    .with_table(descriptor.table)
}
