//! Plain values into the session: merged by key, or attached as the database is supposed to have them.

use std::collections::HashSet;

use super::Session;
use super::load::ModelRows;
use crate::error::Result;
use crate::load::ByKey;
use crate::mapping::{AnyModel, Handle, IntoNew, Model, ObjectId};
use crate::state::Tree;
use crate::types::Value;

impl Session {
    /// Copies a plain value onto the object with its primary key, which is loaded if need be; when there is no such row, it
    /// becomes a new object with that key. Gives the session's object. A generated key that is 0 is looked for too, since
    /// there may be such a row, and is generated if there is none; a builder that did not set it asks for nothing.
    ///
    /// Every column is copied, since a struct has no unset ones (of a builder's result those that were set), and only what
    /// differs is written. Relationship fields that are unloaded are left alone. Those that
    /// hold plain values are merged likewise, at most one statement for each model and level, and become the whole of the
    /// relationship: what they lack is taken out, by the rules for orphans. A relationship without the
    /// cascade `merge` is not looked at. Pending changes are flushed first.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # async fn example(session: &mut Session, from_a_form: User) -> orm_core::Result<()> {
    /// let user = session.merge(from_a_form).await?;
    /// session.commit().await?;
    /// println!("saved as {}", session[user].id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `UnknownHandle` when a relationship's field holds a handle of another session; errors of the flush and of the
    /// queries.
    pub async fn merge<N: IntoNew>(&mut self, object: N) -> Result<Handle<N::Model>> {
        self.before_query().await?;
        let new = object.into_new();
        let rows = Box::new(vec![new.object]);
        let mut tree = Tree::new(&self.state, rows, |cascade| cascade.merge)?.without(new.omitted);
        // Everything is read before anything is changed, so that dropping the future changes nothing.
        for level in 0..tree.levels() {
            self.load_level(&mut tree, level).await?;
        }
        let id = self.state.merge(tree, new.unset)?;
        Ok(self.state.handle(id))
    }

    /// Takes a plain value in as persistent, without asking the database: it is supposed to be as it is there, and from
    /// now on its changes are tracked. What its relationship fields hold comes along, and counts as loaded. For objects
    /// from a cache, or that another session gave away.
    ///
    /// # Errors
    /// `InvalidState` when it has no primary key, or the session holds an object with that key already: merge it then.
    pub fn attach<T: Model>(&mut self, object: T) -> Result<Handle<T>> {
        self.recover();
        self.state.reconcile();
        let tree = Tree::new(&self.state, Box::new(vec![object]), |_| true)?;
        let id = self.state.attach(tree)?;
        Ok(self.state.handle(id))
    }

    /// Loads the objects of one level of a tree that the session does not hold, and the relationships that are to be
    /// replaced.
    async fn load_level(&mut self, tree: &mut Tree, level: usize) -> Result<()> {
        let mut missing: Vec<ByKey> = Vec::new();
        let mut seen = HashSet::new();
        for (object, key) in tree.keyed(level) {
            let descriptor = object.descriptor();
            let held = self.state.find(descriptor, &key);
            let fresh = held.is_some_and(|id| !self.state.meta(id).expired);
            if fresh || !seen.insert(((descriptor.type_id)(), key)) {
                continue;
            }
            let index = match missing.iter().position(|rows| *rows.target == *descriptor) {
                Some(index) => index,
                None => {
                    missing.push(ByKey::new(descriptor, descriptor.primary_key, &[]));
                    missing.len() - 1
                }
            };
            let keys = descriptor.primary_key.iter();
            missing[index].push(keys.map(|&column| object.value(column)));
        }
        for rows in missing {
            let target = rows.target;
            if self.folds_key(target).await? {
                Box::pin(self.load_spelled(tree, rows)).await?;
                continue;
            }
            let statement = super::text::by_key(&self.engine, rows)?;
            let read = self.fetch(statement, ModelRows::new(target)).await?;
            self.absorb(target, read.0, false)?;
        }
        for (relation, parents) in tree.assigned(&self.state, level) {
            let stored = |&id: &ObjectId| !self.state.meta(id).expired && !self.state.is_new(id);
            if !relation.owns_key() && parents.iter().all(stored) {
                self.load_related(relation, &parents).await?;
            }
        }
        Ok(())
    }

    /// Reads rows that the database may find by keys that are not the same as theirs: one by one, and the plain values take
    /// the key of the row that was found.
    async fn load_spelled(&mut self, tree: &mut Tree, rows: ByKey) -> Result<()> {
        let target = rows.target;
        for row in rows.one_by_one() {
            let asked: Vec<Value> = row.keys.iter().flatten().cloned().collect();
            let statement = super::text::by_key(&self.engine, row)?;
            let read = self.fetch(statement, ModelRows::new(target)).await?;
            let found = read.0.get(0).map(key_values);
            if let Some(found) = found.filter(|found| *found != asked) {
                tree.spell(target, &asked, &found)?;
            }
            self.absorb(target, read.0, false)?;
        }
        Ok(())
    }
}

fn key_values(object: &dyn AnyModel) -> Vec<Value> {
    let keys = object.descriptor().primary_key.iter();
    keys.map(|&column| object.value(column)).collect()
}
