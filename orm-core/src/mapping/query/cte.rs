//! Common table expressions: rows with a name, in front of the statement that reads them.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::super::Shape;
use super::derived::{Derived, Output, name_outputs};
use super::source::{Source, SourceParts};
use super::{Select, Text};
use crate::mapping::TextQuery;
use crate::sql::scope::returned;
use crate::sql::{self, Name, Refusal, SetOperation, SetOperator, Statement};

/// A statement that gives rows: a query, raw SQL, an INSERT, UPDATE or DELETE that returns something.
pub trait Returns {
    /// What a row is read as.
    type Shape: Shape;

    /// The statement, with names for its columns where they are known otherwise than from the statement.
    #[doc(hidden)]
    fn into_rows(self) -> (Statement, Vec<Name>);
}

impl<S: Shape> Returns for Select<S> {
    type Shape = S;

    fn into_rows(self) -> (Statement, Vec<Name>) {
        (self.into_statement().into(), Vec::new())
    }
}

impl<S: Shape> Returns for TextQuery<S> {
    type Shape = S;

    fn into_rows(self) -> (Statement, Vec<Name>) {
        (Text::from(self).into(), Vec::new())
    }
}

/// A common table expression: a statement whose rows others read by a name (`WITH name AS (..)`).
///
/// It stands in front of the outermost statement that reads it, once, however often it is read. Its columns are named as
/// those of any [`Derived`] rows.
pub struct Cte<S> {
    rows: Derived<S>,
}

/// A statement under a name, for others to read: `cte("moved", ..)`.
pub fn cte<R: Returns>(name: impl Into<Name>, rows: R) -> Cte<R::Shape> {
    let (mut statement, names) = rows.into_rows();
    let mut with = Vec::new();
    let mut refused = None;
    match &mut statement {
        Statement::Select(select) => {
            name_outputs(select);
            with = std::mem::take(&mut select.with);
        }
        Statement::Insert(insert) => with = std::mem::take(&mut insert.with),
        Statement::Update(update) => with = std::mem::take(&mut update.with),
        Statement::Delete(delete) => with = std::mem::take(&mut delete.with),
        Statement::Text(_) => {}
    }
    let name = name.into();
    let outputs = if names.is_empty() {
        Output::all(returned(&statement))
    } else {
        names.iter().cloned().map(Output::named).collect()
    };
    let writes = !matches!(statement, Statement::Select(_) | Statement::Text(_));
    if writes && outputs.is_empty() {
        let message = format!("{name} returns nothing to read; add .returning(..)");
        refused = Some(Refusal::query(message));
    }
    with.push(sql::Cte {
        name: name.clone(),
        columns: names,
        statement: Box::new(statement),
        recursive: false,
        materialized: None,
    });
    let source = SourceParts {
        with,
        refused,
        ..SourceParts::named(name)
    };
    Cte {
        rows: Derived::new(source, outputs),
    }
}

impl<S: Shape> Select<S> {
    /// The query as a common table expression: rows that other queries read by a name.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "nodes")]
    /// struct Node {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(references = Node::id)]
    ///     parent_id: Option<i64>,
    /// }
    ///
    /// let roots = select((Node::id, func::value(0_i64))).filter(Node::parent_id.is_null());
    /// let tree = roots.cte("tree").names(["id", "depth"]).recursive(|tree| {
    ///     let (id, depth) = tree.columns();
    ///     select((Node::id, depth + 1)).from::<Node>().join_on(tree, Node::parent_id.eq(id))
    /// });
    /// let (id, depth) = tree.columns();
    /// let query = select((id, depth));
    /// # let _ = query;
    /// # }
    /// ```
    pub fn cte(self, name: impl Into<Name>) -> Cte<S> {
        cte(name, self)
    }
}

impl<S> Cte<S> {
    fn change(mut self, change: impl FnOnce(&mut sql::Cte)) -> Self {
        let source = Arc::make_mut(&mut self.rows.source);
        if let Some(cte) = source.with.last_mut() {
            change(cte);
        }
        self
    }

    /// Gives the columns other names, in their order.
    #[must_use]
    pub fn names<N: Into<Name>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        let names: Vec<Name> = names.into_iter().map(Into::into).collect();
        let inner = self.rows.outputs.iter().map(|output| output.expr.clone());
        let outputs = names.iter().zip(inner.chain(std::iter::repeat(None)));
        self.rows.outputs = outputs
            .map(|(name, expr)| Output {
                name: name.clone(),
                expr,
            })
            .collect();
        self.change(|cte| cte.columns = names)
    }

    /// Has the rows worked out once (`MATERIALIZED`), or as part of each query that reads them (`NOT MATERIALIZED`);
    /// otherwise the database chooses.
    #[must_use]
    pub fn materialized(self, materialized: bool) -> Self {
        self.change(|cte| cte.materialized = Some(materialized))
    }
}

impl<S: Shape> Cte<S> {
    /// Adds rows that are found from the rows there are, until there are no more: `UNION ALL`.
    ///
    /// A ring in the data would go on for ever: stop it by a depth, or use [`recursive_distinct`](Self::recursive_distinct).
    #[must_use]
    pub fn recursive(self, step: impl FnOnce(&Self) -> Select<S>) -> Self {
        self.recurse(true, step)
    }

    /// The same, where a row that is there already is not added again: `UNION`.
    #[must_use]
    pub fn recursive_distinct(self, step: impl FnOnce(&Self) -> Select<S>) -> Self {
        self.recurse(false, step)
    }

    fn recurse(mut self, all: bool, step: impl FnOnce(&Self) -> Select<S>) -> Self {
        // Inside, the name is all there is of it.
        let name = self.rows.source.item.label().clone();
        let inside = Self {
            rows: Derived::new(SourceParts::named(name), self.rows.outputs.to_vec()),
        };
        let mut step = step(&inside).into_statement();
        let source = Arc::make_mut(&mut self.rows.source);
        let Some(mut cte) = source.with.pop() else {
            return self;
        };
        for other in std::mem::take(&mut step.with) {
            if !source.with.contains(&other) {
                source.with.push(other);
            }
        }
        cte.statement = Box::new(match *cte.statement {
            Statement::Select(start) => sql::Select {
                set: Some(Box::new(SetOperation {
                    operator: SetOperator::Union,
                    all,
                    operands: vec![start, step],
                })),
                ..Default::default()
            }
            .into(),
            other => {
                let message = "only a query can be recursive";
                source.refused.get_or_insert(Refusal::query(message));
                other
            }
        });
        cte.recursive = true;
        source.with.push(cte);
        self
    }
}

impl<S> Deref for Cte<S> {
    type Target = Derived<S>;

    fn deref(&self) -> &Derived<S> {
        &self.rows
    }
}

impl<S> Source for &Cte<S> {
    fn into_source(self) -> SourceParts {
        SourceParts::clone(&self.rows.source)
    }
}

impl<S> Clone for Cte<S> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
        }
    }
}

impl<S> fmt::Debug for Cte<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cte")
            .field("with", &self.rows.source.with)
            .finish_non_exhaustive()
    }
}

/// Adds common table expressions, each once.
///
/// # Errors
/// The first that has the name of another.
pub(in crate::mapping) fn add_ctes(
    with: &mut Vec<sql::Cte>,
    ctes: Vec<sql::Cte>,
) -> std::result::Result<(), Refusal> {
    let mut refused = Ok(());
    for cte in ctes {
        match with.iter().find(|known| known.name == cte.name) {
            Some(known) if *known == cte => {}
            Some(known) => {
                refused = refused.and_then(|()| {
                    Err(Refusal::query(format!(
                        "two common table expressions are called {}; give one another name",
                        known.name
                    )))
                });
            }
            None => with.push(cte),
        }
    }
    refused
}
