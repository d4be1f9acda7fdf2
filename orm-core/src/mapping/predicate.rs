//! Conditions on relationships: whether there is a related row, which one it is, whose rows they are.

use super::{AnyModel, Link, LinkTable, Many, Model, One, Relation, RelationDescriptor};
use crate::error::Result;
use crate::sql::scope::anonymous_name;
use crate::sql::{
    BinaryOperator, Condition, Expr, FromItem, Join, JoinKind, Name, Refusal, Select, TableRef,
    Typed,
};
use crate::types::Value;

impl<P: Model, C: Model> Relation<P, C, Many> {
    /// Whether any of the related rows meets a condition; `any(true)` for whether there is one at all.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "authors")]
    /// struct Author {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     books: HasMany<Book>,
    /// }
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     year: i32,
    ///     #[orm(references = Author::id)]
    ///     author_id: i64,
    /// }
    ///
    /// let modern = Author::select().filter(Author::books.any(Book::year.gt(2010)));
    /// let idle = Author::select().filter(Author::books.is_empty());
    /// # let _ = (modern, idle);
    /// # }
    /// ```
    pub fn any(self, condition: impl Condition) -> Typed<bool> {
        Typed::new(any(self.descriptor(), condition.into_condition()))
    }

    /// Whether there is no related row.
    pub fn is_empty(self) -> Typed<bool> {
        Typed::new(any(self.descriptor(), Expr::constant(true)).negate())
    }

    /// Whether an object is among the related ones. One that was changed and not flushed is where the database has it.
    pub fn contains(self, object: &C) -> Typed<bool> {
        Typed::new(contains(self.descriptor(), object))
    }
}

impl<P: Model, C: Model> Relation<P, C, One> {
    /// Whether the related row meets a condition; `has(true)` for whether there is one at all.
    pub fn has(self, condition: impl Condition) -> Typed<bool> {
        Typed::new(any(self.descriptor(), condition.into_condition()))
    }

    /// Whether there is no related row: the foreign key is NULL, or no row has this one's key.
    pub fn is_none(self) -> Typed<bool> {
        Typed::new(is_none(self.descriptor()))
    }

    /// Whether an object is the related one. Of a row whose foreign key is NULL that is NULL, as SQL has it, and so is its
    /// negation: `!Address::user.equals(&ed)` does not find the addresses of nobody; [`not_equals`](Relation::not_equals) does.
    pub fn equals(self, object: &C) -> Typed<bool> {
        Typed::new(contains(self.descriptor(), object))
    }

    /// Whether an object is not the related one: another is, or none. A NULL counts as different.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64 }
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "addresses")]
    /// # struct Address {
    /// #     #[orm(primary_key)] id: i64,
    /// #     #[orm(references = User::id)] user_id: Option<i64>,
    /// #     user: BelongsTo<User>,
    /// # }
    /// # fn example(ed: &User) {
    /// let of_others_and_of_nobody = Address::select().filter(Address::user.not_equals(ed));
    /// # let _ = of_others_and_of_nobody;
    /// # }
    /// # }
    /// ```
    pub fn not_equals(self, object: &C) -> Typed<bool> {
        Typed::new(is_another(self.descriptor(), object))
    }
}

impl<P: Model, C: Model, K> Relation<P, C, K> {
    /// Of a query of the target: whether a row is related to this object: `Book::select().filter(Author::books.with_parent(&author))`.
    pub fn with_parent(self, parent: &P) -> Typed<bool> {
        let relation = self.descriptor();
        Typed::new(with_parent(relation, parent).unwrap_or_else(|error| refused(&error)))
    }
}

/// A condition that cannot be written; it is told when the statement is compiled.
#[cold]
fn refused(error: &crate::error::Error) -> Expr {
    let mut select = one_column(TableRef::new(""));
    select.refuse(Refusal {
        kind: error.kind(),
        message: error.message().to_owned(),
    });
    Expr::Exists(Box::new(select))
}

fn one_column(table: TableRef) -> Select {
    Select {
        from: vec![FromItem::Table(table)],
        items: vec![Expr::constant(true).into()],
        ..Default::default()
    }
}

fn equal(left: Expr, right: Expr) -> Expr {
    Expr::binary(BinaryOperator::Eq, left, right)
}

fn all(terms: impl Iterator<Item = Expr>) -> Expr {
    terms.fold(Expr::constant(true), Expr::and)
}

fn any(relation: &'static RelationDescriptor, condition: Expr) -> Expr {
    let condition = relation.filtered(condition);
    match relation.link() {
        Err(error) => refused(&error),
        // The table is read inside too, and its name means that one there: what is outside is compared outside.
        Ok(link) if (relation.model)() == (relation.target)() => among(relation, link, condition),
        Ok(link) => exists(relation, link, condition),
    }
}

/// `EXISTS (SELECT .. FROM target WHERE target.key = this.key AND ..)`
fn exists(relation: &'static RelationDescriptor, link: &Link, condition: Expr) -> Expr {
    let (model, target) = ((relation.model)(), (relation.target)());
    let mut select;
    match &link.table {
        Some(table) => {
            select = between(table);
            select.add_filter(table.meets(&table.local));
        }
        None => {
            select = one_column(TableRef::new(target.table));
            let pairs = link.local.iter().zip(&link.remote);
            select.add_filter(all(pairs.map(|(&local, &remote)| {
                let (local, remote) = (&model.columns[local], &target.columns[remote]);
                let sql_type = local.sql_type;
                let local = Expr::column(model.table, local.name);
                let remote = Expr::column(target.table, remote.name);
                match sql_type.is_textual() {
                    true => relation.meets(local, remote, sql_type),
                    false => equal(remote, local),
                }
            })));
        }
    }
    select.add_filter(condition);
    Expr::Exists(Box::new(select))
}

/// The table between two models, and the target.
fn between(table: &LinkTable) -> Select {
    let mut select = one_column(TableRef::new(table.table));
    select.joins.push(Join {
        kind: JoinKind::Inner,
        from: FromItem::Table(TableRef::new(table.remote.model.table)),
        on: Some(table.meets(&table.remote)),
    });
    select
}

/// `this.key IN (SELECT target.key FROM target WHERE ..)`, never NULL.
fn among(relation: &'static RelationDescriptor, link: &Link, condition: Expr) -> Expr {
    let model = (relation.model)();
    let is_set = |expr: &Expr| Expr::IsNull {
        operand: Box::new(expr.clone()),
        negated: true,
    };
    let own = |columns: &[usize]| -> Vec<Expr> {
        let columns = columns.iter();
        columns
            .map(|&column| Expr::column(model.table, model.columns[column].name))
            .collect()
    };
    let local = own(&link.local);
    let mut select;
    match &link.table {
        Some(table) => {
            select = between(table);
            let columns = table.local.columns.iter();
            let columns = columns.map(|name| Expr::column(table.table, name.clone()).into());
            select.items = columns.collect();
        }
        None => {
            select = one_column(TableRef::new(model.table));
            let remote = own(&link.remote);
            select.add_filter(all(remote.iter().map(is_set)));
            select.items = remote.into_iter().map(Into::into).collect();
        }
    }
    select.add_filter(condition);
    let known = all(local
        .iter()
        .zip(&link.local)
        .filter(|(_, column)| model.columns[**column].nullable)
        .map(|(expr, _)| is_set(expr)));
    known.and(Expr::InSelect {
        operand: Box::new(row(local)),
        select: Box::new(select),
        negated: false,
    })
}

fn row(mut fields: Vec<Expr>) -> Expr {
    match fields.len() {
        1 => fields.remove(0),
        _ => Expr::Row(fields),
    }
}

fn contains(relation: &'static RelationDescriptor, object: &dyn AnyModel) -> Expr {
    let link = match relation.link() {
        Ok(link) => link,
        Err(error) => return refused(&error),
    };
    let (model, target) = ((relation.model)(), (relation.target)());
    if relation.options.filter.is_some() {
        let keys = target.primary_key.iter();
        let itself = keys.map(|&key| {
            let column = Expr::column(target.table, target.columns[key].name);
            equal(column, Expr::Bind(object.value(key)))
        });
        return any(relation, all(itself));
    }
    if let Some(table) = &link.table {
        let mut select = one_column(TableRef::new(table.table));
        select.add_filter(table.meets(&table.local));
        let ends = table.remote.columns.iter().zip(table.remote.keys);
        select.add_filter(all(ends.map(|(column, &key)| {
            let column = Expr::column(table.table, column.clone());
            equal(column, Expr::Bind(object.value(key)))
        })));
        return Expr::Exists(Box::new(select));
    }
    if !refers(link, object) {
        return Expr::constant(false);
    }
    let pairs = link.local.iter().zip(&link.remote);
    all(pairs.map(|(&local, &remote)| {
        let column = Expr::column(model.table, model.columns[local].name);
        equal(column, Expr::Bind(object.value(remote)))
    }))
}

/// Whether an object has what a foreign key refers to, or refers itself: nothing is related by a NULL.
fn refers(link: &Link, object: &dyn AnyModel) -> bool {
    link.remote
        .iter()
        .all(|&remote| object.value(remote) != Value::Null)
}

fn is_another(relation: &'static RelationDescriptor, object: &dyn AnyModel) -> Expr {
    let link = match relation.link() {
        Ok(link) => link,
        Err(error) => return refused(&error),
    };
    let other = contains(relation, object).negate();
    // What is asked in a subquery is never NULL.
    if relation.options.filter.is_some() || link.table.is_some() || !refers(link, object) {
        return other;
    }
    let model = (relation.model)();
    let local = link.local.iter().map(|&local| &model.columns[local]);
    local
        .filter(|column| column.nullable)
        .fold(other, |other, column| {
            other.or(Expr::IsNull {
                operand: Box::new(Expr::column(model.table, column.name)),
                negated: false,
            })
        })
}

fn is_none(relation: &'static RelationDescriptor) -> Expr {
    let link = match relation.link() {
        Ok(link) => link,
        Err(error) => return refused(&error),
    };
    if !relation.owns_key() || relation.options.filter.is_some() {
        return any(relation, Expr::constant(true)).negate();
    }
    let model = (relation.model)();
    let nulls = link.local.iter().map(|&local| Expr::IsNull {
        operand: Box::new(Expr::column(model.table, model.columns[local].name)),
        negated: false,
    });
    nulls.fold(Expr::constant(false), Expr::or)
}

/// The condition that a row of a relationship's target is related to an object.
///
/// # Errors
/// `InvalidMapping` when the relationship is broken.
pub(crate) fn with_parent(
    relation: &'static RelationDescriptor,
    parent: &dyn AnyModel,
) -> Result<Expr> {
    let (link, target) = (relation.link()?, (relation.target)());
    if let Some(table) = &link.table {
        let mut select = one_column(TableRef::new(table.table));
        let ends = table.local.columns.iter().zip(table.local.keys);
        select.add_filter(all(ends.map(|(column, &key)| {
            let column = Expr::column(table.table, column.clone());
            equal(column, Expr::Bind(parent.value(key)))
        })));
        select.add_filter(table.meets(&table.remote));
        return Ok(relation.filtered(Expr::Exists(Box::new(select))));
    }
    let pairs = link.local.iter().zip(&link.remote);
    let related = all(pairs.map(|(&local, &remote)| {
        let column = Expr::column(target.table, target.columns[remote].name);
        equal(column, Expr::Bind(parent.value(local)))
    }));
    Ok(relation.filtered(related))
}

/// As [`with_parent`], where the columns of the relationship compare text otherwise than letter by letter: the parent's row
/// is read too, so that its own column compares.
///
/// # Errors
/// As [`with_parent`].
pub(crate) fn with_parent_row(
    relation: &'static RelationDescriptor,
    parent: &dyn AnyModel,
) -> Result<Expr> {
    let (link, model, target) = (relation.link()?, (relation.model)(), (relation.target)());
    // The same names each time, so that the text is the same.
    let name = |table, number| Name::from(anonymous_name(table, u64::MAX - number));
    let (above, beside) = (name(model.table, 2), name(target.table, 3));
    let mut select = one_column(TableRef::new(model.table).alias(above.clone()));
    let own = |column: usize| Expr::column(above.clone(), model.columns[column].name);
    let keys = link.local.iter();
    select.add_filter(all(
        keys.map(|&key| equal(own(key), Expr::Bind(parent.value(key))))
    ));
    if let Some(table) = &link.table {
        let on = table.local.meets(&table.table.into(), &above);
        select.joins.push(Join {
            kind: JoinKind::Inner,
            from: FromItem::Table(TableRef::new(table.table)),
            on: Some(on),
        });
        select.add_filter(table.meets(&table.remote));
        return Ok(relation.filtered(Expr::Exists(Box::new(select))));
    }
    let pairs = link.local.iter().zip(&link.remote);
    let on = all(pairs.map(|(&local, &remote)| {
        let remote = &target.columns[remote];
        let foreign = Expr::column(beside.clone(), remote.name);
        relation.meets(own(local), foreign, remote.sql_type)
    }));
    select.joins.push(Join {
        kind: JoinKind::Inner,
        from: FromItem::Table(TableRef::new(target.table).alias(beside.clone())),
        on: Some(on),
    });
    let foreign = |table: &Name| -> Vec<Expr> {
        let columns = link.remote.iter();
        columns
            .map(|&column| Expr::column(table.clone(), target.columns[column].name))
            .collect()
    };
    select.items = foreign(&beside).into_iter().map(Into::into).collect();
    Ok(relation.filtered(Expr::InSelect {
        operand: Box::new(row(foreign(&target.table.into()))),
        select: Box::new(select),
        negated: false,
    }))
}
