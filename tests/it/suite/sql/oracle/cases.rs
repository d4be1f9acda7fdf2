//! The cases, and the short names in which they are written.

use orm_core::dialect::{Compiled, Dialect, StatementCache};
use orm_core::mapping::{Query as OurQuery, Select, Shape, select};
use orm_core::sql::{Condition, Typed};
use orm_core::types::ColumnType;
use sea_query::{
    Expr, IntoColumnRef, Order, PostgresQueryBuilder, Query, QueryStatementWriter, SelectStatement,
    SqliteQueryBuilder,
};

use super::model::Customer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The rows have an order.
    Ordered,
    /// They have none.
    Unordered,
    /// The rows afterwards count too.
    Write,
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) ours: orm_core::Result<Compiled>,
    pub(super) theirs: String,
}

pub(super) struct Cases {
    dialect: &'static dyn Dialect,
    pub(super) postgres: bool,
    pub(super) list: Vec<Case>,
}

impl Cases {
    pub(super) fn new(dialect: &'static dyn Dialect, postgres: bool) -> Self {
        Self {
            dialect,
            postgres,
            list: Vec::new(),
        }
    }

    fn add(
        &mut self,
        name: &'static str,
        kind: Kind,
        ours: orm_core::Result<Compiled>,
        theirs: &impl QueryStatementWriter,
    ) {
        let theirs = if self.postgres {
            theirs.to_string(PostgresQueryBuilder)
        } else {
            theirs.to_string(SqliteQueryBuilder)
        };
        // It forgets a space.
        let theirs = theirs
            .replace("2PRECEDING", "2 PRECEDING")
            .replace("1FOLLOWING", "1 FOLLOWING");
        self.list.push(Case {
            name,
            kind,
            ours,
            theirs,
        });
    }

    /// A query whose rows have an order where ours says one.
    pub(super) fn query<S: Shape>(
        &mut self,
        name: &'static str,
        ours: Select<S>,
        theirs: &impl QueryStatementWriter,
    ) {
        let compiled = ours.compile(&StatementCache::new(self.dialect));
        let ordered = !ours.into_statement().order_by.is_empty();
        let kind = if ordered {
            Kind::Ordered
        } else {
            Kind::Unordered
        };
        self.add(name, kind, compiled, theirs);
    }

    /// A statement that changes rows and returns some.
    pub(super) fn returned(
        &mut self,
        name: &'static str,
        ours: impl OurQuery,
        theirs: &impl QueryStatementWriter,
    ) {
        let compiled = ours.compile(&StatementCache::new(self.dialect));
        self.add(name, Kind::Write, compiled, theirs);
    }

    /// A statement that changes rows.
    pub(super) fn write(
        &mut self,
        name: &'static str,
        ours: impl Fn(&dyn Dialect) -> orm_core::Result<Compiled>,
        theirs: &impl QueryStatementWriter,
    ) {
        let compiled = ours(self.dialect);
        self.add(name, Kind::Write, compiled, theirs);
    }

    /// The customers for which a condition holds.
    pub(super) fn condition(
        &mut self,
        name: &'static str,
        ours: impl Condition,
        theirs: impl Into<Expr>,
    ) {
        let ours = select(Customer::id).filter(ours).order_by(Customer::id);
        let theirs = customers().and_where(theirs.into()).take();
        self.query(name, ours, &theirs);
    }

    /// A value for each customer.
    pub(super) fn value<T: ColumnType>(
        &mut self,
        name: &'static str,
        ours: Typed<T>,
        theirs: impl Into<Expr>,
    ) {
        let ours = select((Customer::id, ours)).order_by(Customer::id);
        let theirs = customers().expr(theirs.into()).take();
        self.query(name, ours, &theirs);
    }
}

/// The ids of the customers, in order.
pub(super) fn customers() -> SelectStatement {
    Query::select()
        .column(("customers", "id"))
        .from("customers")
        .order_by(("customers", "id"), Order::Asc)
        .take()
}

/// A column.
pub(super) fn col(column: impl IntoColumnRef) -> Expr {
    Expr::col(column)
}

/// A column of the customers.
pub(super) fn c(name: &'static str) -> Expr {
    Expr::col(("customers", name))
}

/// A column of the orders.
pub(super) fn o(name: &'static str) -> Expr {
    Expr::col(("orders", name))
}

/// A column of the items.
pub(super) fn i(name: &'static str) -> Expr {
    Expr::col(("items", name))
}
