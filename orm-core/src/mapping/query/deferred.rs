//! Which deferred columns a query loads.

use super::super::obligation::Gives;
use super::super::{AttributeList, Attributes, Column, Entity, Model, ModelDescriptor};
use super::Select;
use crate::sql::Expression;
use crate::types::ColumnType;

impl AttributeList {
    /// What is wrong when one of them is no deferred column, and the verb is about those.
    pub(in crate::mapping) fn no_deferred(
        &self,
        model: &ModelDescriptor,
        verb: &str,
    ) -> Option<String> {
        if let Some(&relation) = self.relations.first() {
            let name = model.relations[relation].name;
            return Some(format!(
                "{}.{name} is a relationship: {verb} takes columns; use .with({}::{name}) to load it",
                model.name, model.name
            ));
        }
        let mut columns = self.columns.iter().filter(|_| verb != "load_only");
        let plain = columns.find(|&&column| !model.columns[column].deferred)?;
        Some(format!(
            "{}.{} is not deferred, so it is always loaded; make the field a Deferred<..>, or select a tuple",
            model.name, model.columns[*plain].field
        ))
    }
}

impl<M: Model> Select<Entity<M>> {
    /// Loads deferred columns with the objects: `.undefer(Doc::body)`, or several as a tuple.
    #[must_use]
    pub fn undefer(self, columns: impl Attributes<M>) -> Self {
        self.choose("undefer", columns, |listed, absent| absent && !listed)
    }

    /// Loads a group of deferred columns with the objects: those whose fields say `#[orm(deferred = "group")]`.
    #[must_use]
    pub fn undefer_group(mut self, group: &str) -> Self {
        let columns = M::descriptor().columns.iter().enumerate();
        let of_group: Vec<_> = columns
            .filter(|(_, column)| column.group == Some(group))
            .map(|(index, _)| index)
            .collect();
        if of_group.is_empty() {
            let message = format!(
                "{} has no group of deferred columns {group:?}; write #[orm(deferred = {group:?})] at its fields",
                M::descriptor().name
            );
            return self.refuse(message);
        }
        let body = self.body();
        for index in of_group {
            body.statement.items[index].absent = false;
        }
        self
    }

    /// Leaves deferred columns out that an earlier `undefer` asked for. Only a field of type `Deferred` can be left out: any
    /// other has to hold a value.
    #[must_use]
    pub fn defer(self, columns: impl Attributes<M>) -> Self {
        self.choose("defer", columns, |listed, absent| absent || listed)
    }

    /// Of the deferred columns, loads only these; the fields that are not `Deferred` are always loaded. For rows with
    /// fewer columns still, select a tuple.
    #[must_use]
    pub fn load_only(self, columns: impl Attributes<M>) -> Self {
        self.choose("load_only", columns, |listed, _| !listed)
    }

    /// Gives a field with `#[orm(sql = ..)]` another expression in this query; a `Deferred` one is loaded by it. A field that
    /// has a value only where a query gives it one is a `Deferred<Option<..>>` with `#[orm(sql = "NULL")]`.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     title: String,
    ///     #[orm(sql = "NULL")]
    ///     distance: Deferred<Option<i32>>,
    /// }
    ///
    /// let query = Book::select().with_expression(Book::distance, func::length(Book::title) - 10);
    /// # let _ = query;
    /// # }
    /// ```
    #[must_use]
    pub fn with_expression<T, E>(mut self, column: Column<M, T>, expression: E) -> Self
    where
        T: ColumnType,
        E: Expression,
        E::Type: ColumnType + Gives<T>,
    {
        let (model, index) = (M::descriptor(), column.index());
        let known = &model.columns[index];
        if known.is_stored() {
            let message = format!(
                "{}.{} is a column of its table: with_expression gives a value to a field with #[orm(sql = ..)]; for a row \
                 with another value, select a tuple",
                model.name, known.field
            );
            return self.refuse(message);
        }
        if let Some(item) = self.body().statement.items.get_mut(index) {
            item.expr = expression.into_expr();
            item.absent = false;
        }
        self
    }

    fn choose(
        mut self,
        verb: &str,
        columns: impl Attributes<M>,
        absent: impl Fn(bool, bool) -> bool,
    ) -> Self {
        let mut list = AttributeList::default();
        columns.list(&mut list);
        let model = M::descriptor();
        if let Some(message) = list.no_deferred(model, verb) {
            return self.refuse(message);
        }
        let body = self.body();
        let items = body.statement.items.iter_mut().zip(model.columns);
        for (index, (item, column)) in items.enumerate() {
            if column.deferred {
                item.absent = absent(list.columns.contains(&index), item.absent);
            }
        }
        self
    }
}
