//! Pages of a query: by number, and by the key of the row before.

use super::super::{ModelDescriptor, Shape};
use super::Select;
use super::place::{Place, Seal};
use crate::error::{Error, Result};
use crate::sql::{
    self, BinaryOperator, Distinct, Expr, FromItem, JoinKind, Name, Nulls, OrderBy, Refusal,
};
use crate::types::{Row, RowSink, SqlType, Value};

/// Which page of a query: its size, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    size: u64,
    at: Option<String>,
}

impl PageRequest {
    /// The first page, of at most this many rows.
    pub fn size(rows: u64) -> Self {
        Self {
            size: rows.max(1),
            at: None,
        }
    }

    /// The page at a place that an earlier [`Page`] named; the first when there is none.
    #[must_use]
    pub fn at(mut self, place: Option<&str>) -> Self {
        self.at = place.map(str::to_owned);
        self
    }
}

/// A page of rows, and the places of its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The place of the page after this one, if there is one. It is opaque, fits into a URL, and can be given to clients.
    pub next: Option<String>,
    /// The place of the page before this one, if there is one.
    pub previous: Option<String>,
}

/// One term of the order of a query that is read by pages.
#[derive(Debug)]
struct Term {
    order: OrderBy,
    /// Whether NULLs come after everything else.
    nulls_last: bool,
    nullable: bool,
    /// The type of the column, where it is one.
    sql_type: Option<SqlType>,
}

/// A query of which one page is to be read, by the keys of its rows.
#[derive(Debug)]
pub(crate) struct Keyset<S> {
    select: Select<S>,
    terms: Vec<Term>,
    size: u64,
}

impl<S> Select<S> {
    /// Only the rows of one page, counted from 1: a limit and an offset. The database reads all rows before it; pages
    /// far from the beginning are faster by key, with `page` of a session or an engine.
    #[must_use]
    pub fn page(mut self, number: u64, size: u64) -> Self {
        if number == 0 {
            return self.refuse("pages are counted from 1, there is no page 0");
        }
        let body = self.body();
        body.statement.limit = Some(size);
        body.statement.offset = Some((number - 1).saturating_mul(size));
        self
    }
}

impl<S: Shape> Keyset<S> {
    /// A query, ordered so that every row has a place of its own: by what it is ordered by, and by the primary key of the
    /// objects that it gives.
    ///
    /// # Errors
    /// `InvalidQuery` when its rows have no place, or it is cut already.
    pub(crate) fn new(
        select: Select<S>,
        request: &PageRequest,
        nulls_largest: bool,
    ) -> Result<Self> {
        let mut select = select;
        let statement = &select.body.statement;
        if statement.limit.is_some() || statement.offset.is_some() {
            return Err(refused(
                "the size is the page's; take limit and offset from the query",
            ));
        }
        let grouped = !statement.group_by.is_empty() || statement.having.is_some();
        if statement.set.is_some() || statement.distinct != Distinct::No || grouped {
            return Err(refused(
                "its rows are made from several, so that no condition finds those after a row; select from it as a \
                 subquery",
            ));
        }
        let whole = select.body.whole;
        let statement = &mut select.body().statement;
        if let Some(model) = whole {
            add_key(statement, model);
        }
        if statement.order_by.is_empty() {
            return Err(refused("order it, last by something unique"));
        }
        let body = &select.body;
        let terms = body.statement.order_by.iter();
        let terms = terms
            .map(|order| body.term(order, nulls_largest))
            .collect::<Result<_>>()?;
        Ok(Self {
            select,
            terms,
            size: request.size,
        })
    }

    /// The query whose text tells it from others.
    pub(crate) fn whole(&self) -> &Select<S> {
        &self.select
    }

    /// The query of the page, which reads one row more; and whether it reads backwards.
    ///
    /// # Errors
    /// `InvalidCursor` when the place is not one of this query.
    pub(crate) fn page(&self, request: &PageRequest, seal: &Seal) -> Result<(Select<S>, bool)> {
        let mut select = self.select.clone();
        let statement = &mut select.body().statement;
        let keys = self.terms.iter().map(|term| term.order.expr.clone().into());
        statement.items.extend(keys);
        statement.limit = Some(self.size.saturating_add(1));
        let Some(text) = &request.at else {
            return Ok((select, false));
        };
        let place = Place::read(text, seal, self.terms.len())?;
        let mut terms: Vec<Term> = self.terms.iter().map(Term::clone).collect();
        if place.backward {
            terms.iter_mut().for_each(Term::turn);
            statement.order_by = terms.iter().map(|term| term.order.clone()).collect();
        }
        statement.add_filter(after(&terms, place.values));
        Ok((select, place.backward))
    }

    pub(crate) fn sink(&self) -> PageRows<S> {
        PageRows {
            rows: Vec::new(),
            keys: Vec::new(),
            types: self.terms.iter().map(|term| term.sql_type).collect(),
        }
    }

    /// The page made of what was read.
    ///
    /// # Errors
    /// `Encode` when a row's key cannot be written into a place.
    pub(crate) fn finish(
        &self,
        request: &PageRequest,
        backward: bool,
        seal: &Seal,
        read: PageRows<S>,
    ) -> Result<Page<S::Owned>> {
        let (mut rows, mut keys) = (read.rows, read.keys);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        keys.truncate(size);
        if backward {
            rows.reverse();
            keys.reverse();
        }
        let (after, before) = match backward {
            true => (true, more),
            false => (more, request.at.is_some()),
        };
        let place = |backward: bool, values: Option<&Vec<Value>>| {
            let place = values.map(|values| Place {
                backward,
                query: seal.query(),
                values: values.clone(),
            });
            place.map(|place| place.write(seal)).transpose()
        };
        Ok(Page {
            next: place(false, keys.last().filter(|_| after))?,
            previous: place(true, keys.first().filter(|_| before))?,
            rows,
        })
    }
}

/// Orders last by the columns of the primary key that the order does not have yet, in the direction of its last term, so
/// that an index serves both.
fn add_key(statement: &mut sql::Select, model: &'static ModelDescriptor) {
    let descending = statement.order_by.last().is_some_and(|it| it.descending);
    for &column in model.primary_key {
        let expr = Expr::column(model.table, model.columns[column].name);
        if statement.order_by.iter().all(|term| term.expr != expr) {
            statement.order_by.push(OrderBy {
                expr,
                descending,
                nulls: None,
            });
        }
    }
}

impl super::Body {
    fn term(&self, order: &OrderBy, nulls_largest: bool) -> Result<Term> {
        if matches!(order.expr, Expr::Label(_)) {
            return Err(refused("order it by columns or expressions, not by labels"));
        }
        let column = match &order.expr {
            Expr::Column(column) => column.table.as_ref().and_then(|label| {
                let model = self
                    .models
                    .iter()
                    .find(|known| known.label == *label)?
                    .model;
                let index = model.column_index(&column.name)?;
                Some((label, &model.columns[index]))
            }),
            _ => None,
        };
        let nullable = column.is_none_or(|(label, column)| column.nullable || self.outer(label));
        Ok(Term {
            order: order.clone(),
            nulls_last: match order.nulls {
                Some(nulls) => nulls == Nulls::Last,
                None => nulls_largest != order.descending,
            },
            nullable,
            sql_type: column.map(|(_, column)| column.sql_type),
        })
    }

    /// Whether the rows of a source may be missing, since it stands on the nullable side of a join.
    fn outer(&self, label: &Name) -> bool {
        let inner = |kind: &JoinKind| matches!(kind, JoinKind::Inner | JoinKind::Cross);
        let joins = &self.statement.joins;
        let first = self
            .statement
            .from
            .iter()
            .map(FromItem::label)
            .any(|it| it == label);
        let left = |kind: &JoinKind| inner(kind) || *kind == JoinKind::Left;
        !(joins.iter().all(|join| inner(&join.kind))
            || first && joins.iter().all(|join| left(&join.kind)))
    }
}

impl Term {
    fn clone(&self) -> Self {
        Self {
            order: self.order.clone(),
            ..*self
        }
    }

    /// Makes it the order from the end to the beginning.
    fn turn(&mut self) {
        self.order.descending = !self.order.descending;
        self.nulls_last = !self.nulls_last;
        self.order.nulls = self.order.nulls.map(|nulls| match nulls {
            Nulls::First => Nulls::Last,
            Nulls::Last => Nulls::First,
        });
    }

    fn operator(&self) -> BinaryOperator {
        if self.order.descending {
            BinaryOperator::Lt
        } else {
            BinaryOperator::Gt
        }
    }

    fn is_null(&self, negated: bool) -> Expr {
        Expr::IsNull {
            operand: Box::new(self.order.expr.clone()),
            negated,
        }
    }

    /// That a row comes after those with this value.
    fn after(&self, value: &Value) -> Expr {
        if value.is_null() {
            return match self.nulls_last {
                true => Expr::constant(false),
                false => self.is_null(true),
            };
        }
        let expr = self.order.expr.clone();
        let after = Expr::binary(self.operator(), expr, Expr::Bind(value.clone()));
        match self.nullable && self.nulls_last {
            true => after.or(self.is_null(false)),
            false => after,
        }
    }

    fn equal(&self, value: Value) -> Expr {
        if value.is_null() {
            return self.is_null(false);
        }
        let expr = self.order.expr.clone();
        Expr::binary(BinaryOperator::Eq, expr, Expr::Bind(value))
    }
}

/// That a row comes after the one with these values.
fn after(terms: &[Term], values: Vec<Value>) -> Expr {
    if let [first, _, ..] = terms
        && terms
            .iter()
            .all(|term| !term.nullable && term.operator() == first.operator())
    {
        // One comparison of rows, which an index can answer.
        let exprs = terms.iter().map(|term| term.order.expr.clone());
        let binds = values.into_iter().map(Expr::Bind);
        return Expr::binary(
            first.operator(),
            Expr::Row(exprs.collect()),
            Expr::Row(binds.collect()),
        );
    }
    let pairs = terms.iter().zip(values);
    pairs
        .rev()
        .fold(Expr::constant(false), |rest, (term, value)| {
            let after = term.after(&value);
            after.or(term.equal(value).and(rest))
        })
}

/// The rows of a page, each with its key behind it.
pub(crate) struct PageRows<S: Shape> {
    pub(crate) rows: Vec<S::Owned>,
    keys: Vec<Vec<Value>>,
    types: Vec<Option<SqlType>>,
}

impl<S: Shape> RowSink for PageRows<S> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.rows.push(S::decode(row, 0)?);
        let places = self.types.iter().enumerate();
        let key = places.map(|(index, sql_type)| {
            let value = row.value(S::width() + index)?;
            Ok(match sql_type {
                Some(sql_type) => sql_type.typed(value).to_owned(),
                None => value.to_owned(),
            })
        });
        self.keys.push(key.collect::<Result<_>>()?);
        Ok(())
    }
}

#[cold]
fn refused(advice: &str) -> Error {
    Refusal::query(format!("the query cannot be read by pages: {advice}")).to_error()
}
