//! Loading deferred columns of objects held.

use std::future::Future;
use std::panic::Location;

use super::Session;
use super::n_plus_one::Lazy;
use crate::error::{Error, ErrorKind, Result};
use crate::load::never_read;
use crate::mapping::{
    AttributeList, Attributes, Handle, Key, Model, ModelDescriptor, ObjectId, RelationDescriptor,
    Strategy,
};
use crate::sql::{self, BinaryOperator, Expr, FromItem, TableRef};
use crate::state::{Known, Operation};
use crate::types::{Row, RowSink, SqlType, Value, ValueRef};
use crate::util::seeded::SeededMap;

/// Keeps all columns of every row, by the key in the first ones.
struct ByKey {
    types: Vec<SqlType>,
    keys: usize,
    rows: SeededMap<Key, Vec<Value>>,
}

impl RowSink for ByKey {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let types = self.types.iter().enumerate();
        let values =
            types.map(|(index, sql_type)| Ok(sql_type.typed(row.value(index)?).to_owned()));
        let mut key: Vec<Value> = values.collect::<Result<_>>()?;
        let columns = key.split_off(self.keys);
        if let Some(key) = Key::from_values(key.iter().map(Value::as_ref)) {
            self.rows.insert(key, columns);
        }
        Ok(())
    }
}

impl Session {
    /// Loads deferred columns and relationships of an object, those that are not loaded yet: `session.load(doc, Doc::body)`,
    /// or several as a tuple. A column of a group is loaded with its group. What is loaded already costs nothing.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "docs")]
    /// # struct Doc { #[orm(primary_key)] id: i64, body: Deferred<String> }
    /// # async fn example(session: &mut Session, doc: Handle<Doc>) -> orm_core::Result<()> {
    /// session.load(doc, Doc::body).await?;
    /// println!("{}", session[doc].body.get()?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound`, naming the object, when its row is gone; `InvalidState` when a column is missing and the object is not in
    /// the database; `UnknownHandle` as [`Session::try_get`]; errors of the flush and of the query.
    #[track_caller]
    pub fn load<T: Model>(
        &mut self,
        handle: Handle<T>,
        attributes: impl Attributes<T>,
    ) -> impl Future<Output = Result<()>> + Send {
        self.load_all([handle], attributes)
    }

    /// As [`Session::load`], of several objects at once: one statement for the columns, one for each relationship.
    ///
    /// # Errors
    /// As [`Session::load`].
    #[track_caller]
    pub fn load_all<T: Model>(
        &mut self,
        handles: impl IntoIterator<Item = Handle<T>>,
        attributes: impl Attributes<T>,
    ) -> impl Future<Output = Result<()>> + Send {
        let mut list = AttributeList::default();
        attributes.list(&mut list);
        let ids = handles.into_iter().map(|handle| self.state.resolve(handle));
        let ids: Result<Vec<ObjectId>> = ids.collect();
        self.load_listed(T::descriptor(), ids, list, Location::caller())
    }

    async fn load_listed(
        &mut self,
        model: &'static ModelDescriptor,
        ids: Result<Vec<ObjectId>>,
        list: AttributeList,
        location: &'static Location<'static>,
    ) -> Result<()> {
        let ids = ids?;
        self.settle().await?;
        self.load_columns(model, &ids, &list.columns, location)
            .await?;
        for &relation in &list.relations {
            let relation = &model.relations[relation];
            if relation.options.lazy == Strategy::WriteOnly {
                return Err(never_read(relation));
            }
            if let [id] = ids[..]
                && !self.state.is_loaded(id, relation)
                && !self.is_known(id, relation)?
            {
                self.note_lazy_load(Lazy::Related(relation), id, location)?;
            }
            self.before_query().await?;
            self.load_related(relation, &ids).await?;
        }
        Ok(())
    }

    /// Whether the foreign key tells who is related.
    fn is_known(&self, id: ObjectId, relation: &'static RelationDescriptor) -> Result<bool> {
        if !relation.owns_key() || relation.options.filter.is_some() {
            return Ok(false);
        }
        let slot = self.state.slot_of(relation)?;
        Ok(self.state.known_parent(id, slot)? != Known::Unknown)
    }

    async fn load_columns(
        &mut self,
        model: &'static ModelDescriptor,
        ids: &[ObjectId],
        listed: &[usize],
        location: &'static Location<'static>,
    ) -> Result<()> {
        let wanted = with_groups(model, listed);
        let mut missing = Vec::new();
        for &id in ids {
            let object = self.state.any(id)?;
            let lacks = |&column: &usize| object.value(column) == Value::Unloaded;
            if wanted.iter().any(lacks) {
                self.state.permit(Operation::Load, id)?;
                missing.push(id);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        if let ([id], Some(&column)) = (ids, listed.first()) {
            self.note_lazy_load(Lazy::Column(model, column), *id, location)?;
        }
        self.before_query().await?;
        for (id, row) in self.read_columns(model, &missing, &wanted).await? {
            for (&column, value) in wanted.iter().zip(&row) {
                self.state.fill(id, column, value.as_ref())?;
            }
        }
        Ok(())
    }

    /// The values of some columns of persistent objects, as the database has them now.
    async fn read_columns(
        &mut self,
        model: &'static ModelDescriptor,
        ids: &[ObjectId],
        wanted: &[usize],
    ) -> Result<Vec<(ObjectId, Vec<Value>)>> {
        let mut keys = Vec::with_capacity(ids.len());
        for &id in ids {
            keys.push(self.state.stored_key(id)?);
        }
        let columns: Vec<usize> = model.primary_key.iter().chain(wanted).copied().collect();
        let statement = select_columns(model, &columns, &keys);
        let statement = self
            .engine
            .statement_cache()
            .compile(&statement, || Ok(()))?;
        let types = columns.iter().map(|&column| model.columns[column].sql_type);
        let sink = ByKey {
            types: types.collect(),
            keys: model.primary_key.len(),
            rows: SeededMap::default(),
        };
        let mut found = self.fetch(statement, sink).await?.rows;
        let mut rows = Vec::with_capacity(ids.len());
        for (&id, key) in ids.iter().zip(keys) {
            let key = Key::from_values(key.iter().map(Value::as_ref));
            let Some(row) = key.and_then(|key| found.remove(&key)) else {
                return Err(self.row_is_gone(id));
            };
            rows.push((id, row));
        }
        Ok(rows)
    }

    /// Reads back what the database computes of rows that a flush has written; a deferred value of that kind is unloaded
    /// instead.
    pub(super) async fn read_back(&mut self, written: Vec<ObjectId>) -> Result<()> {
        let mut models: Vec<(&'static ModelDescriptor, Vec<ObjectId>)> = Vec::new();
        for id in written {
            let model = self.state.descriptor(id);
            match models.iter_mut().find(|(known, _)| *known == model) {
                Some((_, ids)) => ids.push(id),
                None => models.push((model, vec![id])),
            }
        }
        for (model, mut ids) in models {
            ids.sort_unstable();
            ids.dedup();
            let computed = model.columns.iter().enumerate();
            let (deferred, wanted): (Vec<usize>, Vec<usize>) = computed
                .filter(|(_, column)| !column.is_stored())
                .map(|(index, _)| index)
                .partition(|&index| model.columns[index].deferred);
            for &id in &ids {
                for &column in &deferred {
                    self.state.any_mut(id)?.set(column, ValueRef::Unloaded)?;
                }
            }
            if wanted.is_empty() {
                continue;
            }
            for (id, row) in self.read_columns(model, &ids, &wanted).await? {
                for (&column, value) in wanted.iter().zip(&row) {
                    self.state.any_mut(id)?.set(column, value.as_ref())?;
                }
            }
        }
        Ok(())
    }

    #[cold]
    pub(super) fn row_is_gone(&self, id: ObjectId) -> Error {
        let object = self.state.describe(id);
        let message = format!(
            "{object} is not in the database any more: its row was deleted, or its key changed; expunge it"
        );
        Error::new(ErrorKind::NotFound, message)
            .with_object(object)
            .with_table(self.state.descriptor(id).table)
    }
}

/// The deferred ones of these columns, and those of their groups.
fn with_groups(model: &'static ModelDescriptor, listed: &[usize]) -> Vec<usize> {
    let group = |&column: &usize| model.columns[column].group;
    let groups: Vec<_> = listed.iter().filter_map(group).collect();
    let columns = model.columns.iter().enumerate();
    let wanted = columns.filter(|(index, column)| {
        let in_group = column.group.is_some_and(|group| groups.contains(&group));
        column.deferred && (in_group || listed.contains(index))
    });
    wanted.map(|(index, _)| index).collect()
}

/// `SELECT columns FROM table WHERE key = ?`, or of many keys.
fn select_columns(
    model: &'static ModelDescriptor,
    columns: &[usize],
    keys: &[Vec<Value>],
) -> sql::Select {
    let column = |&index: &usize| model.columns[index].expr(model.table);
    let mut select = sql::Select {
        items: columns.iter().map(|it| column(it).into()).collect(),
        from: vec![FromItem::Table(TableRef::new(model.table))],
        ..Default::default()
    };
    if let [key] = keys {
        for (index, value) in model.primary_key.iter().zip(key) {
            let equal = Expr::binary(BinaryOperator::Eq, column(index), Expr::Bind(value.clone()));
            select.add_filter(equal);
        }
        return select;
    }
    let places = model.primary_key.iter().enumerate();
    let arrays = places.map(|(place, &index)| {
        let values = keys.iter().map(|key| key[place].clone()).collect();
        Value::Array(Box::new((model.columns[index].sql_type, values)))
    });
    select.add_filter(Expr::InArrays {
        operands: model.primary_key.iter().map(column).collect(),
        arrays: arrays.collect(),
    });
    select
}
