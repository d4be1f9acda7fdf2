//! ON CONFLICT: what an INSERT does about rows that are there already.

use std::fmt;

use super::super::{Column, Model};
use super::assignment::{Assignments, list};
use super::columns::{Columns, twice};
use super::insert::{Insert, InsertBody, Source};
use super::rows::{Rows, not_written};
use crate::error::Result;
use crate::sql::{
    Condition, ConflictAction, ConflictTarget, Expr, Literal, Name, OnConflict, Refusal, Typed,
};
use crate::types::{ColumnType, Value};

/// An INSERT with its conflict named; say what is done about it: [`do_nothing`](Self::do_nothing),
/// [`do_update`](Self::do_update) or [`do_update_all`](Self::do_update_all).
///
/// ```
/// # #[cfg(feature = "derive")] {
/// # use orm_core::prelude::*;
/// use orm_core::mapping::excluded;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "words")]
/// struct Word {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(unique)]
///     word: String,
///     count: i32,
/// }
///
/// let statement = Word::insert()
///     .values((Word::word.to("orm"), Word::count.to(1)))
///     .on_conflict(Word::word)
///     .do_update(Word::count.to(Word::count + excluded(Word::count)));
/// # let _ = statement;
/// # }
/// ```
#[must_use = "say what is done about the conflict: do_nothing, do_update or do_update_all"]
pub struct Upsert<M> {
    insert: Insert<M>,
    target: ConflictTarget,
}

/// The column of the row that was to be inserted, inside `do_update`: `Book::title.to(excluded(Book::title))`.
pub fn excluded<M: Model, T: ColumnType>(column: Column<M, T>) -> Typed<T> {
    Typed::new(Expr::column("excluded", column.name()))
}

/// What an INSERT does about rows that are there already.
#[derive(Debug, Clone)]
pub(super) struct Conflict {
    pub(super) clause: OnConflict,
    /// Whether every column given is set, the target's apart; which they are is known when all rows are there.
    all: bool,
}

impl<M: Model> Insert<M> {
    /// Leaves out rows that violate any unique constraint (`ON CONFLICT DO NOTHING`). They return nothing, and do not
    /// count.
    #[must_use]
    pub fn on_conflict_do_nothing(self) -> Self {
        self.conflict(ConflictTarget::Any, ConflictAction::Nothing, false)
    }

    /// Names the unique column, or columns, that rows may have in common with rows that are there.
    pub fn on_conflict(mut self, columns: impl Columns<M>) -> Upsert<M> {
        let mut positions = Vec::new();
        columns.push_columns(&mut positions);
        if let Some(column) = twice(&positions) {
            let column = self.body.name(column);
            self.body
                .refuse(format!("on_conflict names {column} twice; name it once"));
        }
        let names = positions
            .iter()
            .map(|&it| Name::Borrowed(self.body.name(it)));
        let target = ConflictTarget::Columns {
            columns: names.collect(),
            filter: None,
        };
        Upsert {
            insert: self,
            target,
        }
    }

    /// Names the constraint that rows may violate. PostgreSQL only: name its columns for both databases.
    pub fn on_constraint(self, name: impl Into<Name>) -> Upsert<M> {
        Upsert {
            insert: self,
            target: ConflictTarget::Constraint(name.into()),
        }
    }

    /// Updates only those of the rows that are there for which this holds; the others stay as they are.
    #[must_use]
    pub fn update_where(mut self, condition: impl Condition) -> Self {
        let condition = condition.into_condition();
        if let Some(Conflict {
            clause:
                OnConflict {
                    action: ConflictAction::Update { filter, .. },
                    ..
                },
            ..
        }) = &mut self.body.conflict
        {
            *filter = Some(match filter.take() {
                None => condition,
                Some(filter) => filter.and(condition),
            });
        } else {
            self.body
                .refuse("update_where is part of do_update; call .do_update(..) first");
        }
        self
    }

    fn conflict(mut self, target: ConflictTarget, action: ConflictAction, all: bool) -> Self {
        if self.body.conflict.is_some() {
            self.body
                .refuse("an insert has one on_conflict; leave the other out");
        }
        let clause = OnConflict { target, action };
        self.body.conflict = Some(Conflict { clause, all });
        self
    }
}

impl<M: Model> Upsert<M> {
    /// The condition of a partial unique index: only rows for which it holds are in conflict. It has to be the index's own
    /// condition, so values in it stand in the text, as they do in the index.
    pub fn filter(mut self, condition: impl Condition) -> Self {
        let condition = in_text(condition.into_condition());
        match &mut self.target {
            ConflictTarget::Columns { filter, .. } => {
                *filter = Some(Box::new(match filter.take() {
                    None => condition,
                    Some(filter) => filter.and(condition),
                }));
            }
            _ => self
                .insert
                .body
                .refuse("a constraint by name has no condition; name the columns of the index"),
        }
        self
    }

    /// Leaves such rows out. They return nothing, and do not count.
    #[must_use]
    pub fn do_nothing(self) -> Insert<M> {
        let Self { insert, target } = self;
        insert.conflict(target, ConflictAction::Nothing, false)
    }

    /// Updates the row that is there; [`excluded`] is the row that was to be inserted.
    #[must_use]
    pub fn do_update(mut self, assignments: impl Assignments<M>) -> Insert<M> {
        let list = list(assignments);
        let body = &mut self.insert.body;
        let columns: Vec<usize> = list.iter().map(|&(column, _)| column).collect();
        if let Some(column) = twice(&columns) {
            let column = body.name(column);
            body.refuse(format!("do_update sets {column} twice; set it once"));
        }
        if let Some(&column) = columns
            .iter()
            .find(|&&it| !body.model.columns[it].is_written())
        {
            let refusal = not_written(body.model, column);
            body.refused.get_or_insert(refusal);
        }
        if list.is_empty() {
            body.refuse("do_update sets no column; name at least one, or call do_nothing()");
        }
        let set = list
            .into_iter()
            .map(|(column, value)| (Name::Borrowed(body.name(column)), value))
            .collect();
        let Self { insert, target } = self;
        insert.conflict(target, ConflictAction::Update { set, filter: None }, false)
    }

    /// Gives the row that is there every value that the insert says, in all columns but those named by
    /// [`on_conflict`](Insert::on_conflict). Columns that are left to their defaults keep their values.
    #[must_use]
    pub fn do_update_all(self) -> Insert<M> {
        let Self { insert, target } = self;
        let set = Vec::new();
        insert.conflict(target, ConflictAction::Update { set, filter: None }, true)
    }
}

impl Conflict {
    /// The columns that rows which are there already are given.
    pub(super) fn columns(&self, insert: &InsertBody) -> impl Iterator<Item = usize> {
        let set = match self.clause(insert).map(|clause| clause.action) {
            Ok(ConflictAction::Update { set, .. }) => set,
            // What is wrong is told when the statement is compiled.
            Ok(ConflictAction::Nothing) | Err(_) => Vec::new(),
        };
        let model = insert.model;
        set.into_iter()
            .filter_map(|(name, _)| model.column_index(&name))
    }

    /// The clause, complete.
    pub(super) fn clause(&self, insert: &InsertBody) -> Result<OnConflict> {
        let mut clause = self.clause.clone();
        if !self.all {
            return Ok(clause);
        }
        let target: &[Name] = match &self.clause.target {
            ConflictTarget::Columns { columns, .. } => columns,
            _ => &[],
        };
        let given: &[usize] = match &insert.source {
            Source::Rows(Rows { given, .. }) => given,
            Source::Select(columns, _) => columns,
            Source::Nothing => &[],
        };
        if let ConflictAction::Update { set, .. } = &mut clause.action {
            let names = given
                .iter()
                .map(|&column| Name::Borrowed(insert.name(column)));
            *set = names
                .filter(|name| !target.contains(name))
                .map(|name| (name.clone(), Expr::column("excluded", name)))
                .collect();
            if set.is_empty() {
                let message = format!(
                    "do_update_all of the insert into {} has nothing to set: no column is given but those of the conflict; \
                     call do_nothing()",
                    insert.model.table
                );
                return Err(Refusal::query(message).to_error());
            }
        }
        Ok(clause)
    }
}

/// The condition with its plain values in the text.
fn in_text(expr: Expr) -> Expr {
    let boxed = |expr: Box<Expr>| Box::new(in_text(*expr));
    match expr {
        Expr::Bind(Value::Null) => Expr::Literal(Literal::Null),
        Expr::Bind(Value::Bool(value)) => Expr::Literal(Literal::Bool(value)),
        Expr::Bind(Value::I16(value)) => Expr::Literal(Literal::Integer(value.into())),
        Expr::Bind(Value::I32(value)) => Expr::Literal(Literal::Integer(value.into())),
        Expr::Bind(Value::I64(value)) => Expr::Literal(Literal::Integer(value)),
        Expr::Bind(Value::Text(value)) => Expr::Literal(Literal::Text(Name::Owned(value))),
        Expr::Unary(operator, operand) => Expr::Unary(operator, boxed(operand)),
        Expr::Binary(operator, operands) => {
            Expr::binary(operator, in_text(operands.0), in_text(operands.1))
        }
        Expr::And(terms) => Expr::And(terms.into_iter().map(in_text).collect()),
        Expr::Or(terms) => Expr::Or(terms.into_iter().map(in_text).collect()),
        Expr::InList {
            operand,
            list,
            negated,
        } => Expr::InList {
            operand,
            list: list.into_iter().map(in_text).collect(),
            negated,
        },
        other => other,
    }
}

impl<M> Clone for Upsert<M> {
    fn clone(&self) -> Self {
        Self {
            insert: self.insert.clone(),
            target: self.target.clone(),
        }
    }
}

impl<M> fmt::Debug for Upsert<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upsert")
            .field("insert", &self.insert)
            .field("target", &self.target)
            .finish()
    }
}
