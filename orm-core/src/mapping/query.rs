//! Typed queries over models.

use std::fmt;
use std::marker::PhantomData;

use super::options::merge;
use super::selectable::model_items;
use super::shape::{Entity, Shape};
use super::{
    IntoLoad, LoadOption, Model, ModelDescriptor, Relation, RelationDescriptor, Selectable,
};
use crate::dialect::{Compiled, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{
    BinaryOperator, Condition, Distinct, Expr, FromItem, IntoExprs, IntoOrder, Join, JoinKind,
    Lock, LockStrength, Statement, TableRef, Text,
};

/// A query whose rows are read as `S`. It is a value: composing it never changes its type, and nothing is sent before it is
/// given to a session, an engine or a transaction.
pub struct Select<S> {
    pub(crate) statement: crate::sql::Select,
    pub(crate) loads: Vec<LoadOption>,
    pub(crate) populate_existing: bool,
    /// The models known to be in the query, for messages that name a join.
    models: Vec<&'static ModelDescriptor>,
    /// The first thing that was wrong while the query was built; it is told when the query is compiled.
    problem: Option<(ErrorKind, String)>,
    marker: PhantomData<fn() -> S>,
}

/// What can be run as a query.
pub trait Query {
    /// What a row is read as.
    type Shape: Shape;

    /// The statement in a dialect.
    ///
    /// # Errors
    /// `InvalidQuery` when a table is out of scope, `InvalidMapping` when a relationship joined is broken.
    fn compile(&self, dialect: &dyn Dialect) -> Result<Compiled>;

    /// The relationships to load beside the rows' objects.
    fn loads(&self) -> &[LoadOption];

    /// Whether objects held already get the values of the rows.
    fn overwrite(&self) -> bool;
}

/// A query of columns and expressions; it reads from the table of the first column, unless [`Select::from`] says another.
pub fn select<C: Selectable>(columns: C) -> Select<C::Shape> {
    let mut items = Vec::new();
    let mut models = Vec::new();
    columns.push_items(&mut items, &mut models);
    let first = items.iter().flat_map(|item| item.expr.tables()).next();
    let from = first.map(|table| FromItem::Table(TableRef::new(table.clone())));
    Select {
        statement: crate::sql::Select {
            items,
            from: from.into_iter().collect(),
            ..Default::default()
        },
        loads: Vec::new(),
        populate_existing: false,
        models,
        problem: None,
        marker: PhantomData,
    }
}

/// The query of all rows of a model, with all its columns by name.
pub(crate) fn entity_select(descriptor: &'static ModelDescriptor) -> crate::sql::Select {
    crate::sql::Select {
        items: model_items(descriptor).collect(),
        from: vec![FromItem::Table(TableRef::new(descriptor.table))],
        ..Default::default()
    }
}

/// Raw SQL as a statement to run.
pub(crate) fn compile_text(text: &Text, dialect: &dyn Dialect) -> Result<Compiled> {
    dialect.compile(&Statement::Text(text.clone()))
}

impl<S: Shape> Select<S> {
    /// Adds a condition. All conditions must hold, so this can be called in a loop.
    #[must_use]
    pub fn filter(self, condition: impl Condition) -> Self {
        self.filter_untyped(condition.into_condition())
    }

    /// Adds a condition of the untyped layer.
    #[must_use]
    pub fn filter_untyped(mut self, condition: Expr) -> Self {
        self.statement.add_filter(condition);
        self
    }

    /// Adds to the order: a column or expression, `.desc()` of one, or a tuple of those.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        order.push_order(&mut self.statement.order_by);
        self
    }

    /// At most this many rows.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.statement.limit = Some(limit);
        self
    }

    /// Without this many rows at the beginning.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.statement.offset = Some(offset);
        self
    }

    /// Leaves out rows that are equal to another.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.statement.distinct = Distinct::Rows;
        self
    }

    /// Reads from the table of `M`; what is joined comes after it.
    #[must_use]
    pub fn from<M: Model>(mut self) -> Self {
        let descriptor = M::descriptor();
        self.statement.from = vec![FromItem::Table(TableRef::new(descriptor.table))];
        self.models.push(descriptor);
        self
    }

    /// Joins the table that a relationship leads to; rows without a match are left out.
    #[must_use]
    pub fn join<P: Model, C: Model, K>(self, relation: Relation<P, C, K>) -> Self {
        self.join_on(JoinKind::Inner, relation.descriptor())
    }

    /// Joins the table that a relationship leads to; rows without a match are kept, with NULL in the target's columns
    /// (read those with [`Expression::nullable`](crate::sql::Expression::nullable)).
    #[must_use]
    pub fn left_join<P: Model, C: Model, K>(self, relation: Relation<P, C, K>) -> Self {
        self.join_on(JoinKind::Left, relation.descriptor())
    }

    fn join_on(mut self, kind: JoinKind, relation: &'static RelationDescriptor) -> Self {
        let (model, target) = ((relation.model)(), (relation.target)());
        // Only now is it known that rows come from more than one model: a query of expressions alone starts at the parent.
        if self.statement.from.is_empty() {
            self.statement.from = vec![FromItem::Table(TableRef::new(model.table))];
        }
        let link = match relation.link() {
            Ok(link) => link,
            Err(error) => {
                self.problem
                    .get_or_insert((error.kind(), error.message().to_owned()));
                return self;
            }
        };
        if let Some(table) = &link.table {
            self.statement.joins.extend(table.joins(kind));
            self.models.extend([model, target]);
            return self;
        }
        let pairs = link.local.iter().zip(&link.remote);
        let on = pairs
            .map(|(&local, &remote)| {
                Expr::binary(
                    BinaryOperator::Eq,
                    Expr::column(model.table, model.columns[local].name),
                    Expr::column(target.table, target.columns[remote].name),
                )
            })
            .fold(Expr::constant(true), Expr::and);
        self.statement.joins.push(Join {
            kind,
            from: FromItem::Table(TableRef::new(target.table)),
            on: Some(on),
        });
        self.models.extend([model, target]);
        self
    }

    /// Makes one row of all rows with the same values of these.
    #[must_use]
    pub fn group_by(mut self, columns: impl IntoExprs) -> Self {
        columns.push_exprs(&mut self.statement.group_by);
        self
    }

    /// Adds a condition on groups; all conditions must hold.
    #[must_use]
    pub fn having(mut self, condition: impl Condition) -> Self {
        self.statement.add_having(condition.into_condition());
        self
    }

    /// Locks the rows until the transaction ends. SQLite has no row locks and writes nothing: there a transaction that
    /// begins as a writing one keeps all other writers out.
    #[must_use]
    pub fn for_update(mut self) -> Self {
        self.statement.lock = Some(Lock::new(LockStrength::Update));
        self
    }

    /// Gives objects that the session holds already the values of the rows; otherwise the object in hand wins.
    #[must_use]
    pub fn populate_existing(mut self) -> Self {
        self.populate_existing = true;
        self
    }

    /// The text and parameters of the query, without running it.
    ///
    /// # Errors
    /// `InvalidQuery` when a table is out of scope or in the query twice, `InvalidMapping` when a relationship joined is
    /// broken.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        self.check()?;
        dialect.compile_select(&self.statement)
    }

    /// The query without its types.
    pub fn into_statement(self) -> crate::sql::Select {
        self.statement
    }

    /// Whether the query can be sent; what compiling checks first.
    ///
    /// # Errors
    /// As [`Select::to_sql`].
    pub fn check(&self) -> Result<()> {
        if let Some((kind, message)) = &self.problem {
            return Err(Error::new(*kind, message.clone()));
        }
        if let Some(table) = self.statement.name_taken_twice() {
            let message = format!(
                "the query reads from {table} twice; leave one join out, or begin at the other side with .from::<..>()"
            );
            return Err(Error::new(ErrorKind::InvalidQuery, message).with_table(table.clone()));
        }
        match self.statement.out_of_scope() {
            None => Ok(()),
            Some(table) => Err(self.missing(table)),
        }
    }

    #[cold]
    fn missing(&self, table: &str) -> Error {
        let scope: Vec<&str> = self.statement.sources().map(AsRef::as_ref).collect();
        let in_scope = |model: &ModelDescriptor| scope.contains(&model.table);
        let relation = self
            .models
            .iter()
            .filter(|model| in_scope(model))
            .flat_map(|model| model.relations)
            .find(|relation| (relation.target)().table == table);
        let advice = match relation {
            Some(relation) => format!("add .join({}::{})", (relation.model)().name, relation.name),
            None => format!("add .join(..) of a relationship that leads to {table}"),
        };
        let reads = match scope.as_slice() {
            [] => "no table".to_owned(),
            tables => tables.join(", "),
        };
        let message =
            format!("a column of {table} is used, but the query reads from {reads}; {advice}");
        Error::new(ErrorKind::InvalidQuery, message).with_table(table.to_owned())
    }
}

impl<M: Model> Select<Entity<M>> {
    /// Loads a relationship of the objects too, to any depth: `.with(Author::books.then(Book::tags))`.
    #[must_use]
    pub fn with(mut self, load: impl IntoLoad<M>) -> Self {
        merge(&mut self.loads, load.into_load());
        self
    }
}

impl<S: Shape> Query for Select<S> {
    type Shape = S;

    fn compile(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        self.to_sql(dialect)
    }

    fn loads(&self) -> &[LoadOption] {
        &self.loads
    }

    fn overwrite(&self) -> bool {
        self.populate_existing
    }
}

impl<Q: Query> Query for &Q {
    type Shape = Q::Shape;

    fn compile(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        (**self).compile(dialect)
    }

    fn loads(&self) -> &[LoadOption] {
        (**self).loads()
    }

    fn overwrite(&self) -> bool {
        (**self).overwrite()
    }
}

impl<S> Clone for Select<S> {
    fn clone(&self) -> Self {
        Self {
            statement: self.statement.clone(),
            loads: self.loads.clone(),
            populate_existing: self.populate_existing,
            models: self.models.clone(),
            problem: self.problem.clone(),
            marker: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Select<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select")
            .field("statement", &self.statement)
            .field("loads", &self.loads)
            .field("populate_existing", &self.populate_existing)
            .finish_non_exhaustive()
    }
}
