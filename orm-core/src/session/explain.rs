//! Names for what a database only hints at: object, constraint and columns of a failed write.

use std::collections::{HashMap, HashSet};

use super::Session;
use super::load::ModelRows;
use crate::error::{Error, ErrorKind};
use crate::load::ByKey;
use crate::mapping::{ForeignKey, Key, ModelDescriptor, ObjectId};
use crate::state::Life;
use crate::types::Value;
use crate::unit_of_work::{Operation, Write};

impl Session {
    /// Adds to the error of a write what the mapping knows: the table, the constraint's columns, the object.
    #[cold]
    pub(super) async fn explain(&mut self, error: Error, write: &Write) -> Error {
        let error = if error.table().is_none() {
            error.with_table(write.descriptor.table)
        } else {
            error
        };
        let error = match error.kind() {
            ErrorKind::ForeignKeyViolation if write.operation == Operation::Delete => {
                self.explain_left_behind(error, write.descriptor, &write.objects)
                    .await
            }
            ErrorKind::ForeignKeyViolation if error.columns().is_empty() => {
                self.explain_foreign_key(error, write).await
            }
            _ => name_constraint(error, write.descriptor),
        };
        let object = match error.row() {
            Some(row) => write.object(row),
            None if write.objects.len() == 1 => write.object(0),
            None => self.refused(&error, write),
        };
        match object {
            Some(id) if error.object().is_none() => error.with_object(self.state.describe(id)),
            _ => error,
        }
    }

    /// The object whose row was refused, where the values tell.
    fn refused(&self, error: &Error, write: &Write) -> Option<ObjectId> {
        let columns = error.columns().iter();
        let columns: Option<Vec<usize>> = columns
            .map(|name| write.descriptor.column_index(name))
            .collect();
        let columns = columns.filter(|columns| !columns.is_empty())?;
        let mut objects = write.objects.iter().copied();
        match error.kind() {
            ErrorKind::NotNullViolation => {
                objects.find(|&id| self.state.key_of(id, &columns).is_none())
            }
            // Two of them have the same value; the first could be inserted.
            ErrorKind::UniqueViolation => {
                let mut seen = HashSet::new();
                let mut keyed =
                    objects.filter_map(|id| Some((id, self.state.key_of(id, &columns)?)));
                keyed.find_map(|(id, key)| (!seen.insert(key)).then_some(id))
            }
            _ => None,
        }
    }

    /// Names the object whose row was not there, or not as it should have been, where a batch only tells that there is one.
    #[cold]
    pub(super) async fn explain_stale(&mut self, error: Error, write: &Write) -> Error {
        if error.kind() != ErrorKind::StaleData || error.object().is_some() {
            return error;
        }
        match self.stale(write).await {
            Some(id) => error.with_object(self.state.describe(id)),
            None => error,
        }
    }

    async fn stale(&mut self, write: &Write) -> Option<ObjectId> {
        let keys = write.descriptor.primary_key;
        let mut rows = ByKey::new(write.descriptor, keys, &[]);
        for &id in &write.objects {
            let object = self.state.any(id).ok()?;
            rows.push(keys.iter().map(|&key| object.value(key)));
        }
        let statement = super::text::by_key(&self.engine, rows).ok()?;
        let connection = self.connection.as_mut()?;
        let found = ModelRows::new(write.descriptor);
        let found = connection.fetch(statement, found).await.ok()?.0;
        let rows = (0..found.count()).filter_map(|index| found.get(index));
        let rows: HashMap<Key, _> = rows.map(|row| (row.identity(), row)).collect();
        let deletes = write.operation == Operation::Delete;
        let mut stale = write.objects.iter().copied().filter(|&id| {
            let Ok(object) = self.state.any(id) else {
                return false;
            };
            match rows.get(&object.identity()) {
                None => !deletes,
                // What was deleted is no longer there, and what was updated has the values that it was given.
                Some(row) => {
                    let mut columns = write.columns.iter();
                    deletes || columns.any(|&column| row.value(column) != object.value(column))
                }
            }
        });
        stale.next()
    }

    async fn explain_foreign_key(&mut self, error: Error, write: &Write) -> Error {
        let named = error.constraint().map(str::to_owned);
        for key in write.descriptor.foreign_keys() {
            if named.as_ref().is_some_and(|name| *name != key.name) {
                continue;
            }
            let culprit = match (&named, write.object(0)) {
                (Some(_), Some(only)) if write.objects.len() == 1 => Some(only),
                _ => self.dangling(&write.objects, &key).await,
            };
            if culprit.is_none() && named.is_none() {
                continue;
            }
            let error = with_key(error, write.descriptor, &key);
            return match culprit {
                Some(id) => error.with_object(self.state.describe(id)),
                None => error,
            };
        }
        error
    }

    /// Adds to the error of a COMMIT which foreign key, checked only then, was violated by what the transaction wrote.
    #[cold]
    pub(super) async fn explain_commit(&mut self, mut error: Error) -> Error {
        if error.kind() != ErrorKind::ForeignKeyViolation {
            return error;
        }
        let models: Vec<_> = self.state.arenas().map(|(_, it)| it.descriptor).collect();
        for &model in &models {
            for key in model.foreign_keys() {
                let written = self.state.written(model, Life::Persistent);
                if let Some(id) = self.dangling(&written, &key).await {
                    let error = with_key(error.with_table(model.table), model, &key);
                    return error.with_object(self.state.describe(id));
                }
            }
        }
        for model in models {
            let deleted = self.state.written(model, Life::Deleted);
            error = self.explain_left_behind(error, model, &deleted).await;
        }
        error
    }

    /// Adds to the error of a deletion which foreign key refers to what was deleted: of which table, which columns.
    async fn explain_left_behind(
        &mut self,
        mut error: Error,
        parent: &'static ModelDescriptor,
        deleted: &[ObjectId],
    ) -> Error {
        for model in self.referring(parent) {
            for key in model.foreign_keys() {
                if *key.parent != *parent {
                    continue;
                }
                let named =
                    error.table() == Some(model.table) && error.constraint() == Some(&key.name);
                if named {
                    return with_key(error, model, &key);
                }
                if let Some(id) = self.left_behind(model, &key, deleted).await {
                    error = with_key(error.with_table(model.table), model, &key);
                    return error.with_object(self.state.describe(id));
                }
            }
        }
        error
    }

    /// The models, as far as the session knows them, whose rows may refer to rows of this one.
    fn referring(&self, parent: &'static ModelDescriptor) -> Vec<&'static ModelDescriptor> {
        let known = self.state.arenas().map(|(_, it)| it.descriptor);
        let mut models: Vec<_> = known.collect();
        for relation in parent.relations {
            let target = (relation.target)();
            if !models.contains(&target) {
                models.push(target);
            }
        }
        models
    }

    /// The first of these objects, which were deleted, that a row still refers to.
    async fn left_behind(
        &mut self,
        model: &'static ModelDescriptor,
        key: &ForeignKey,
        deleted: &[ObjectId],
    ) -> Option<ObjectId> {
        if deleted.is_empty() || self.engine.dialect().capabilities().names_foreign_keys {
            return None;
        }
        let mut rows = ByKey::new(model, key.columns.clone(), &[]);
        for &id in deleted {
            let object = self.state.any(id).ok()?;
            rows.push(key.remote.iter().map(|&column| object.value(column)));
        }
        let statement = super::text::by_key(&self.engine, rows).ok()?;
        let connection = self.connection.as_mut()?;
        let found = connection.fetch_aborted(statement, ModelRows::new(model));
        let found = found.await.ok()?.0;
        let referred = |index| {
            let row = found.get(index)?;
            let values: Vec<_> = key
                .columns
                .iter()
                .map(|&column| row.value(column))
                .collect();
            Key::from_values(values.iter().map(Value::as_ref))
        };
        let referred: HashSet<Key> = (0..found.count()).filter_map(referred).collect();
        let mut deleted = deleted.iter().copied();
        deleted.find(|&id| {
            let key = self.state.key_of(id, &key.remote);
            key.is_some_and(|key| referred.contains(&key))
        })
    }

    /// The first object of a batch whose foreign key refers to no row. SQLite says only that some foreign key failed; its
    /// transaction goes on, so the parents can be looked for.
    async fn dangling(&mut self, objects: &[ObjectId], key: &ForeignKey) -> Option<ObjectId> {
        // On PostgreSQL the failed statement has aborted the transaction, and the error names the key itself.
        if self.engine.dialect().capabilities().names_foreign_keys {
            return None;
        }
        let mut rows = ByKey::new(key.parent, key.remote.clone(), &[]);
        let mut any = false;
        for &id in objects {
            if self.state.key_of(id, &key.columns).is_some() {
                let object = self.state.any(id).ok()?;
                rows.push(key.columns.iter().map(|&column| object.value(column)));
                any = true;
            }
        }
        if !any {
            return None;
        }
        let statement = super::text::by_key(&self.engine, rows).ok()?;
        let connection = self.connection.as_mut()?;
        let rows = ModelRows::new(key.parent);
        let found = connection.fetch_aborted(statement, rows).await.ok()?.0;
        let remote = |index| {
            let object = found.get(index)?;
            let values: Vec<_> = key
                .remote
                .iter()
                .map(|&column| object.value(column))
                .collect();
            Key::from_values(values.iter().map(Value::as_ref))
        };
        let present: HashSet<Key> = (0..found.count()).filter_map(remote).collect();
        let missing = |&id: &ObjectId| {
            self.state
                .key_of(id, &key.columns)
                .is_some_and(|key| !present.contains(&key))
        };
        objects.iter().copied().find(missing)
    }
}

fn with_key(error: Error, model: &'static ModelDescriptor, key: &ForeignKey) -> Error {
    let columns = key.columns.iter();
    error
        .with_columns(columns.map(|&column| model.columns[column].name))
        .with_constraint(key.name.clone())
}

/// Adds what the mapping knows of the constraint that was violated: its name, or its columns.
fn name_constraint(error: Error, model: &'static ModelDescriptor) -> Error {
    if error.table().is_some_and(|table| table != model.table) {
        return error;
    }
    match (error.kind(), error.constraint()) {
        (ErrorKind::UniqueViolation, None) => match model.unique_name(error.columns()) {
            Some(name) => error.with_constraint(name),
            None => error,
        },
        (ErrorKind::CheckViolation, Some(name)) if error.columns().is_empty() => {
            let columns = model.check_columns(name);
            error.with_columns(columns)
        }
        _ => error,
    }
}
