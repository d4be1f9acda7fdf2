//! Resolves a relationship: which columns link the two tables, and which relationship is the other side.

use std::sync::OnceLock;

use super::{ForeignKey, LinkTable, ModelDescriptor, RelationDescriptor, RelationKind};
use crate::error::{Error, ErrorKind, Result};
use crate::types::SqlType;

/// How a relationship links two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Columns of the model that has the relationship, by position.
    pub local: Vec<usize>,
    /// The matching columns of the target, by position.
    pub remote: Vec<usize>,
    /// The target's relationship that is this one from the other side, by position.
    pub inverse: Option<usize>,
    /// The table between the two, where the relationship is many-to-many; `local` and `remote` are the keys then.
    pub table: Option<LinkTable>,
}

/// The place in a descriptor where the resolved [`Link`] is kept.
#[derive(Debug, Default)]
pub struct LinkCell(OnceLock<Result<Link, String>>);

impl LinkCell {
    /// Not resolved yet.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl RelationDescriptor {
    /// The columns that link the two tables, and the other side; resolved at first use.
    ///
    /// # Errors
    /// `InvalidMapping` when no foreign key, or more than one, links the tables, or `back_populates` does not match.
    pub fn link(&'static self) -> Result<&'static Link> {
        match self.link.0.get_or_init(|| resolve(self)) {
            Ok(link) => Ok(link),
            Err(message) => Err(Error::new(ErrorKind::InvalidMapping, message.as_str())
                .with_table((self.model)().table)),
        }
    }

    /// Whether this model's table has the foreign key.
    pub fn owns_key(&self) -> bool {
        self.kind == RelationKind::BelongsTo
    }

    /// Whether pairs of objects are rows of a table between the two: many-to-many.
    pub fn is_many_to_many(&self) -> bool {
        self.options.secondary.is_some()
    }

    /// The other side, where there is one.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub fn inverse(&'static self) -> Result<Option<&'static Self>> {
        let inverse = self.link()?.inverse;
        Ok(inverse.map(|index| &(self.target)().relations[index]))
    }

    /// The table between the two, where the relationship is many-to-many.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub fn link_table(&'static self) -> Result<Option<&'static LinkTable>> {
        Ok(self.link()?.table.as_ref())
    }

    /// Whether the relationship holds many objects.
    pub fn is_many(&self) -> bool {
        self.kind == RelationKind::HasMany
    }
}

fn resolve(relation: &'static RelationDescriptor) -> Result<Link, String> {
    let (model, target) = ((relation.model)(), (relation.target)());
    if let Some(filter) = relation.filter()
        && let Some(other) = filter.tables().into_iter().find(|it| **it != *target.table)
    {
        return Err(format!(
            "the filter of {relation:?} names columns of {other}: it can only name those of {}, and others in a subquery \
             (exists(..), is_in_query(..))",
            target.table
        ));
    }
    let inverse = find_inverse(relation, target)?;
    if let Some(secondary) = relation.options.secondary {
        let other = inverse.and_then(|index| target.relations[index].options.secondary);
        return Ok(Link {
            local: model.primary_key.to_vec(),
            remote: target.primary_key.to_vec(),
            inverse,
            table: Some(LinkTable::new(relation, secondary, other)?),
        });
    }
    let named = match inverse {
        Some(index) if relation.foreign_key.is_empty() => target.relations[index].foreign_key,
        _ => relation.foreign_key,
    };
    let (owner, referenced) = if relation.owns_key() {
        (model, target)
    } else {
        (target, model)
    };
    let (foreign, keys) = foreign_key(relation, owner, referenced, named)?;
    let (local, remote) = if relation.owns_key() {
        (foreign, keys)
    } else {
        (keys, foreign)
    };
    Ok(Link {
        local,
        remote,
        inverse,
        table: None,
    })
}

fn find_inverse(
    relation: &RelationDescriptor,
    target: &'static ModelDescriptor,
) -> Result<Option<usize>, String> {
    let Some(name) = relation.back_populates else {
        // The other side may name this one; then the two are a pair all the same.
        return Ok(target.relations.iter().position(|other| {
            other.back_populates == Some(relation.name)
                && (other.target)() == (relation.model)()
                && are_sides(relation, other)
        }));
    };
    let Some(index) = target.relation_index(name) else {
        return Err(format!(
            "{relation:?} says back_populates = {name}, but {} has no relationship {name}",
            target.name
        ));
    };
    let other = &target.relations[index];
    if (other.target)() != (relation.model)() || !are_sides(relation, other) {
        return Err(format!(
            "{relation:?} and {other:?} cannot be two sides of one relationship: one must be BelongsTo, \
             the other HasMany or HasOne (or both HasMany over the same secondary table), and each must name the \
             other's model"
        ));
    }
    if other
        .back_populates
        .is_some_and(|back| back != relation.name)
    {
        return Err(format!(
            "{relation:?} says back_populates = {name}, but {other:?} names another relationship as its other side"
        ));
    }
    // One that names none belongs to the first that names it, as the two sides have to agree on who that is.
    let first = (relation.model)().relations.iter().find(|claims| {
        claims.back_populates == Some(name)
            && (claims.target)() == target
            && claims.owns_key() == relation.owns_key()
    });
    if let Some(first) =
        first.filter(|first| other.back_populates.is_none() && first.name != relation.name)
    {
        return Err(format!(
            "{relation:?} says back_populates = {name}, and so does {first:?}; a relationship has one other side, \
             so take it from one of them"
        ));
    }
    Ok(Some(index))
}

/// Whether the two could be one relationship from its two sides, as far as their kinds tell.
fn are_sides(relation: &RelationDescriptor, other: &RelationDescriptor) -> bool {
    match (relation.options.secondary, other.options.secondary) {
        (Some(here), Some(there)) => here.table == there.table && !std::ptr::eq(relation, other),
        (None, None) => relation.owns_key() != other.owns_key(),
        _ => false,
    }
}

/// The columns of `owner` that reference `referenced`, with the columns they reference.
fn foreign_key(
    relation: &RelationDescriptor,
    owner: &'static ModelDescriptor,
    referenced: &'static ModelDescriptor,
    named: &[&str],
) -> Result<(Vec<usize>, Vec<usize>), String> {
    let name = |index: usize| owner.columns[index].name;
    let mut keys = owner.foreign_keys();
    keys.retain(|key| *key.parent == *referenced);
    let referring = |column: &str| {
        keys.iter()
            .any(|key| key.columns.iter().any(|&index| name(index) == column))
    };
    if let Some(missing) = named.iter().find(|column| !referring(column)) {
        return Err(format!(
            "{relation:?} says foreign_key = {missing}, but {}.{missing} does not reference {}",
            owner.table, referenced.table
        ));
    }
    if !named.is_empty() {
        keys.retain(|key| {
            key.columns
                .iter()
                .any(|&index| named.contains(&name(index)))
        });
    }
    match <[ForeignKey; 1]>::try_from(keys) {
        Ok([key]) => match key
            .columns
            .iter()
            .find(|&&it| !identifies(owner.columns[it].sql_type))
        {
            None => Ok((key.columns, key.remote)),
            Some(&column) => Err(format!(
                "{relation:?} goes by {}.{}, a column of floats, JSON or lists, of which nobody can say for certain whether two \
                 are equal; reference a column of another type",
                owner.table,
                name(column)
            )),
        },
        Err(none) if none.is_empty() => Err(format!(
            "{relation:?} needs a foreign key: no column of {} references {}; add #[orm(references = {}::..)] to one",
            owner.table, referenced.table, referenced.name
        )),
        Err(several) => {
            let columns: Vec<_> = several
                .iter()
                .flat_map(|key| &key.columns)
                .map(|&index| name(index))
                .collect();
            Err(format!(
                "{relation:?} is ambiguous: several columns of {} reference {} ({}); say which with #[orm(foreign_key = ..)]",
                owner.table,
                referenced.table,
                columns.join(", ")
            ))
        }
    }
}

/// Whether two values of the type are equal when they are written alike.
fn identifies(sql_type: SqlType) -> bool {
    !matches!(
        sql_type,
        SqlType::Real | SqlType::Double | SqlType::Json | SqlType::Array(_)
    )
}
