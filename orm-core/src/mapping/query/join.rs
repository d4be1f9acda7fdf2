//! What a query reads from, and how that is joined.

use std::fmt;
use std::marker::PhantomData;

use super::super::{Link, LinkTable, Model, Relation, RelationDescriptor, Shape};
use super::derived::Derived;
use super::source::{Alias, Source, SourceParts, fresh_name};
use super::{Body, Select};
use crate::sql::{
    BinaryOperator, Condition, Expr, FromItem, Join, JoinKind, Name, Refusal, TableRef,
};

/// What `join` takes: a relationship, or one that begins or ends at an alias.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relationship",
    label = "expected a relationship such as `Author::books`",
    note = "join by a condition with `.join_on(source, condition)`, and along a foreign key with `.join_table::<..>()`"
)]
pub trait IntoJoin {
    /// The relationship and its ends.
    #[doc(hidden)]
    fn into_ends(self) -> Ends;
}

/// A relationship, and the names of its ends where they are aliases.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Ends {
    relation: &'static RelationDescriptor,
    from: Option<SourceParts>,
    to: Option<SourceParts>,
}

/// A relationship from model `P` to model `C` that begins or ends at an alias; made by [`Alias::along`] and
/// [`Relation::to`].
pub struct Along<P, C> {
    ends: Ends,
    marker: PhantomData<fn() -> (P, C)>,
}

impl<P: Model, C: Model, K> IntoJoin for Relation<P, C, K> {
    fn into_ends(self) -> Ends {
        Ends {
            relation: self.descriptor(),
            from: None,
            to: None,
        }
    }
}

impl<P, C> IntoJoin for Along<P, C> {
    fn into_ends(self) -> Ends {
        self.ends
    }
}

impl<P: Model, C: Model, K> Relation<P, C, K> {
    /// The relationship with its target under another name: `.join(Employee::manager.to(&boss))`.
    pub fn to(self, alias: &Alias<C>) -> Along<P, C> {
        Along {
            ends: self.into_ends(),
            marker: PhantomData,
        }
        .to(alias)
    }
}

impl<P: Model> Alias<P> {
    /// A relationship of the alias: `.join(boss.along(Employee::manager).to(&top))`.
    pub fn along<C: Model, K>(&self, relation: Relation<P, C, K>) -> Along<P, C> {
        Along {
            ends: Ends {
                from: Some(self.parts()),
                ..relation.into_ends()
            },
            marker: PhantomData,
        }
    }
}

impl<P, C: Model> Along<P, C> {
    /// The relationship with its target under another name.
    #[must_use]
    pub fn to(mut self, alias: &Alias<C>) -> Self {
        self.ends.to = Some(alias.parts());
        self
    }
}

impl<P, C> Clone for Along<P, C> {
    fn clone(&self) -> Self {
        Self {
            ends: self.ends.clone(),
            marker: PhantomData,
        }
    }
}

impl<P, C> fmt::Debug for Along<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ends.fmt(f)
    }
}

impl<S: Shape> Select<S> {
    /// Reads from the table of `M`; what is joined comes after it.
    #[must_use]
    pub fn from<M: Model>(self) -> Self {
        self.read_from(SourceParts::table(M::descriptor()))
    }

    /// Reads from this; what is joined comes after it.
    #[must_use]
    pub fn from_source(self, source: impl Source) -> Self {
        self.read_from(source.into_source())
    }

    fn read_from(mut self, source: SourceParts) -> Self {
        let body = self.body();
        let item = body.take_in(source);
        body.statement.from = vec![item];
        body.inferred = false;
        self
    }

    /// Reads from this too, pairing every row with every row: `FROM a, b`. Say in a filter which pairs belong together, or
    /// join.
    #[must_use]
    pub fn and_from(mut self, source: impl Source) -> Self {
        let body = self.body();
        let item = body.take_in(source.into_source());
        body.statement.from.push(item);
        self
    }

    /// Joins the table that a relationship leads to; rows without a match are left out.
    #[must_use]
    pub fn join(self, relation: impl IntoJoin) -> Self {
        self.join_along(JoinKind::Inner, relation.into_ends())
    }

    /// Joins the table that a relationship leads to; rows without a match are kept, with NULL in the target's columns
    /// (read those with [`Expression::nullable`](crate::sql::Expression::nullable), and whole objects with
    /// [`Entity::optional`](super::super::Entity::optional)).
    #[must_use]
    pub fn left_join(self, relation: impl IntoJoin) -> Self {
        self.join_along(JoinKind::Left, relation.into_ends())
    }

    /// Joins the table that a relationship leads to; its rows without a match are kept, with NULL in the columns of all
    /// that stands before.
    #[must_use]
    pub fn right_join(self, relation: impl IntoJoin) -> Self {
        self.join_along(JoinKind::Right, relation.into_ends())
    }

    /// Joins the table that a relationship leads to; rows of either side without a match are kept.
    #[must_use]
    pub fn full_join(self, relation: impl IntoJoin) -> Self {
        self.join_along(JoinKind::Full, relation.into_ends())
    }

    fn join_along(mut self, kind: JoinKind, ends: Ends) -> Self {
        let Ends { relation, from, to } = ends;
        let (model, target) = ((relation.model)(), (relation.target)());
        let from = from.unwrap_or_else(|| SourceParts::table(model));
        let to = to.unwrap_or_else(|| SourceParts::table(target));
        let (near, far) = (from.item.label().clone(), to.item.label().clone());
        let body = self.body();
        // A query of expressions alone, or of columns of what is joined here under a name, starts at the parent.
        let starts_here = match body.statement.from.as_slice() {
            [] => true,
            [first] => body.inferred && *first.label() == far && far != target.table,
            _ => false,
        };
        let from = body.take_in(from);
        if starts_here {
            body.statement.from = vec![from];
        }
        let on = match relation.link() {
            Ok(Link {
                table: Some(table), ..
            }) => {
                let link = body.push_link(kind, table, &near);
                Some(relation.filtered_as(table.remote.meets(&link, &far), &far))
            }
            Ok(link) => {
                let pairs = link.local.iter().zip(&link.remote);
                let equal = pairs.map(|(&local, &remote)| {
                    let (local, remote) = (&model.columns[local], &target.columns[remote]);
                    let sql_type = local.sql_type;
                    let local = Expr::column(near.clone(), local.name);
                    let remote = Expr::column(far.clone(), remote.name);
                    match sql_type.is_textual() {
                        true => relation.meets(local, remote, sql_type),
                        false => Expr::binary(BinaryOperator::Eq, local, remote),
                    }
                });
                let on = equal.fold(Expr::constant(true), Expr::and);
                Some(relation.filtered_as(on, &far))
            }
            Err(error) => {
                body.statement.refuse(Refusal {
                    kind: error.kind(),
                    message: error.message().to_owned(),
                });
                None
            }
        };
        body.push_join(kind, to, on);
        self
    }

    /// Joins by a condition; rows without a match are left out.
    #[must_use]
    pub fn join_on(self, source: impl Source, condition: impl Condition) -> Self {
        self.join_source(JoinKind::Inner, source, Some(condition.into_condition()))
    }

    /// Joins by a condition; rows of what stands before are kept without a match.
    #[must_use]
    pub fn left_join_on(self, source: impl Source, condition: impl Condition) -> Self {
        self.join_source(JoinKind::Left, source, Some(condition.into_condition()))
    }

    /// Joins by a condition; rows of the source are kept without a match.
    #[must_use]
    pub fn right_join_on(self, source: impl Source, condition: impl Condition) -> Self {
        self.join_source(JoinKind::Right, source, Some(condition.into_condition()))
    }

    /// Joins by a condition; rows of either side are kept without a match.
    #[must_use]
    pub fn full_join_on(self, source: impl Source, condition: impl Condition) -> Self {
        self.join_source(JoinKind::Full, source, Some(condition.into_condition()))
    }

    /// Pairs every row with every row of the source.
    #[must_use]
    pub fn cross_join(self, source: impl Source) -> Self {
        self.join_source(JoinKind::Cross, source, None)
    }

    /// Joins a subquery that is worked out for each row of what stands before, whose columns it may name; rows for which
    /// it gives none are left out. SQLite has no such join.
    #[must_use]
    pub fn join_lateral<T>(self, rows: &Derived<T>) -> Self {
        self.join_source(
            JoinKind::Inner,
            Lateral(rows.lateral()),
            Some(Expr::constant(true)),
        )
    }

    /// As [`join_lateral`](Self::join_lateral); rows for which it gives none are kept.
    #[must_use]
    pub fn left_join_lateral<T>(self, rows: &Derived<T>) -> Self {
        self.join_source(
            JoinKind::Left,
            Lateral(rows.lateral()),
            Some(Expr::constant(true)),
        )
    }

    fn join_source(mut self, kind: JoinKind, source: impl Source, on: Option<Expr>) -> Self {
        self.body().push_join(kind, source.into_source(), on);
        self
    }
}

struct Lateral(SourceParts);

impl Source for Lateral {
    fn into_source(self) -> SourceParts {
        self.0
    }
}

/// `near.a = far.b AND ..`
pub(super) fn equal(
    near: &Name,
    far: &Name,
    pairs: impl Iterator<Item = (&'static str, &'static str)>,
) -> Expr {
    pairs
        .map(|(local, remote)| {
            Expr::binary(
                BinaryOperator::Eq,
                Expr::column(near.clone(), local),
                Expr::column(far.clone(), remote),
            )
        })
        .fold(Expr::constant(true), Expr::and)
}

impl Body {
    /// Joins the table between two models, and gives the name that it has here.
    fn push_link(&mut self, kind: JoinKind, table: &LinkTable, near: &Name) -> Name {
        let mut link = TableRef::new(table.table);
        let mut name = Name::from(table.table);
        if self.statement.sources().any(|source| *source == name) {
            name = fresh_name(table.table);
            link = link.alias(name.clone());
        }
        self.statement.joins.push(Join {
            kind,
            from: FromItem::Table(link),
            on: Some(table.local.meets(&name, near)),
        });
        name
    }

    pub(super) fn push_join(&mut self, kind: JoinKind, source: SourceParts, on: Option<Expr>) {
        let from = self.take_in(source);
        self.statement.joins.push(Join { kind, from, on });
    }
}
