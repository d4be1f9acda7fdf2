//! What a query reads from: tables, aliases, and everything else that has rows.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::shape::{Entity, Optional};
use super::super::{Column, Model, ModelDescriptor};
use crate::sql::scope::anonymous_name;
use crate::sql::{
    Agrees, Condition, Cte, Expr, Expression, FromItem, Item, Name, Named, Operand, Refusal,
    TableRef, Truth, Typed, arithmetic_operators,
};
use crate::types::ColumnType;

/// What a query can read from: a model's table (`entity::<Book>()`), an [`Alias`] of one, a subquery, a common table
/// expression, rows of values, a table function, raw SQL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something to read rows from",
    label = "not a table, alias, subquery or common table expression",
    note = "use `entity::<Book>()` for a model's table, `&alias::<Book>(\"b\")`, `&query.subquery(\"s\")` or `&query.cte(\"c\")`"
)]
pub trait Source {
    /// What stands in FROM, and what comes with it.
    #[doc(hidden)]
    fn into_source(self) -> SourceParts;
}

/// What stands in FROM, and what comes with it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct SourceParts {
    pub(in crate::mapping) item: FromItem,
    /// The common table expressions that it reads.
    pub(in crate::mapping) with: Vec<Cte>,
    /// The model, where it is a model's table.
    pub(in crate::mapping) model: Option<&'static ModelDescriptor>,
    pub(in crate::mapping) refused: Option<Refusal>,
}

impl SourceParts {
    pub(in crate::mapping) fn new(item: FromItem) -> Self {
        Self {
            item,
            with: Vec::new(),
            model: None,
            refused: None,
        }
    }

    pub(in crate::mapping) fn table(model: &'static ModelDescriptor) -> Self {
        Self {
            model: Some(model),
            ..Self::named(Name::Borrowed(model.table))
        }
    }

    /// A table, or a common table expression, of which only the name is known.
    pub(in crate::mapping) fn named(name: Name) -> Self {
        Self::new(FromItem::Table(TableRef::new(name)))
    }
}

impl<M: Model> Source for Entity<M> {
    fn into_source(self) -> SourceParts {
        SourceParts::table(M::descriptor())
    }
}

/// A model's table under another name, so that a query can read it twice.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::mapping::alias;
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "employees")]
/// struct Employee {
///     #[orm(primary_key)]
///     id: i64,
///     name: String,
///     #[orm(references = Employee::id)]
///     manager_id: Option<i64>,
///     manager: BelongsTo<Employee>,
/// }
///
/// let boss = alias::<Employee>("boss");
/// let query = select((Employee::name, boss.col(Employee::name))).join(Employee::manager.to(&boss));
/// # let _ = query;
/// # }
/// ```
pub struct Alias<M> {
    label: Name,
    marker: PhantomData<fn() -> M>,
}

/// A model's table under a name.
pub fn alias<M: Model>(name: impl Into<Name>) -> Alias<M> {
    Alias {
        label: name.into(),
        marker: PhantomData,
    }
}

/// A model's table under a name of its own, made from the table's name and a number (`users_1`) where the statement is
/// written.
pub fn anonymous<M: Model>() -> Alias<M> {
    alias(fresh_name(M::descriptor().table))
}

/// A name that nothing else has, written as one made from the table's.
pub(super) fn fresh_name(table: &str) -> Name {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    anonymous_name(table, NEXT.fetch_add(1, Ordering::Relaxed)).into()
}

impl<M: Model> Alias<M> {
    /// A column of the table under this name.
    pub fn col<T: ColumnType>(&self, column: Column<M, T>) -> SourceColumn<T> {
        let model = M::descriptor();
        let expr = model.columns[column.index()].expr_of(model.table, &self.label);
        SourceColumn::new(expr, Arc::new(self.parts()))
    }

    /// Whole objects of the table under this name.
    pub fn entity(&self) -> SourceEntity<M> {
        let columns = M::descriptor().columns.iter();
        SourceEntity {
            names: columns.map(|column| Name::Borrowed(column.name)).collect(),
            source: self.parts(),
            marker: PhantomData,
        }
    }

    pub(in crate::mapping) fn label(&self) -> &Name {
        &self.label
    }

    pub(in crate::mapping) fn parts(&self) -> SourceParts {
        let model = M::descriptor();
        let table = TableRef::new(model.table).alias(self.label.clone());
        SourceParts {
            model: Some(model),
            ..SourceParts::new(FromItem::Table(table))
        }
    }
}

impl<M: Model> Source for &Alias<M> {
    fn into_source(self) -> SourceParts {
        self.parts()
    }
}

impl<M> Clone for Alias<M> {
    fn clone(&self) -> Self {
        Self {
            label: self.label.clone(),
            marker: PhantomData,
        }
    }
}

impl<M: Model> fmt::Debug for Alias<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}", M::descriptor().name, self.label)
    }
}

/// A column of an alias, a subquery or another source; it knows where it comes from, so that a query whose first column
/// it is reads from there.
pub struct SourceColumn<T> {
    expr: Typed<T>,
    source: Arc<SourceParts>,
}

impl<T> SourceColumn<T> {
    pub(in crate::mapping) fn new(expr: Expr, source: Arc<SourceParts>) -> Self {
        Self {
            expr: Typed::new(expr),
            source,
        }
    }

    pub(in crate::mapping) fn source(&self) -> SourceParts {
        SourceParts::clone(&self.source)
    }
}

impl<T> Clone for SourceColumn<T> {
    fn clone(&self) -> Self {
        Self {
            expr: self.expr.clone(),
            source: Arc::clone(&self.source),
        }
    }
}

impl<T> fmt::Debug for SourceColumn<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T: ColumnType> Expression for SourceColumn<T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        self.expr.into_expr()
    }
}

impl<T: Agrees<B>, B: ColumnType> Operand<B> for SourceColumn<T> {
    type Type = T;

    fn into_operand(self) -> Expr {
        self.into_expr()
    }
}

impl<T: Truth> Condition for SourceColumn<T> {
    fn into_condition(self) -> Expr {
        self.into_expr()
    }
}

impl<T: ColumnType> Named for SourceColumn<T> {
    type Type = T;

    fn name(&self) -> Name {
        match self.clone().into_expr() {
            Expr::Column(column) => column.name,
            _ => Name::Borrowed(""),
        }
    }
}

arithmetic_operators!(SourceColumn<T>, [T: ColumnType], T);

/// Whole objects of an alias, a subquery or another source.
pub struct SourceEntity<M> {
    /// The names of the model's columns there.
    names: Vec<Name>,
    source: SourceParts,
    marker: PhantomData<fn() -> M>,
}

impl<M> SourceEntity<M> {
    pub(in crate::mapping) fn new(names: Vec<Name>, source: SourceParts) -> Self {
        Self {
            names,
            source,
            marker: PhantomData,
        }
    }

    /// The object, or `None` where an outer join found no row for it.
    pub fn optional(self) -> Optional<Self> {
        Optional(self)
    }
}

impl<M: Model> SourceEntity<M> {
    pub(in crate::mapping) fn into_parts(self) -> (SourceParts, Vec<Item>) {
        let label = self.source.item.label();
        let model = M::descriptor();
        // Of the table itself, not of what calls its columns by the same names.
        let own = matches!(&self.source.item, FromItem::Table(table) if table.name == model.table);
        let items = self.names.into_iter().zip(model.columns);
        let items = items
            .map(|(name, column)| Item {
                expr: match own {
                    true => column.expr_of(model.table, label),
                    false => Expr::column(label.clone(), name),
                },
                label: column.sql.map(|_| Name::Borrowed(column.name)),
                absent: column.deferred,
            })
            .collect();
        (self.source, items)
    }
}

impl<M> Clone for SourceEntity<M> {
    fn clone(&self) -> Self {
        Self::new(self.names.clone(), self.source.clone())
    }
}

impl<M: Model> fmt::Debug for SourceEntity<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {}",
            M::descriptor().name,
            self.source.item.label()
        )
    }
}
