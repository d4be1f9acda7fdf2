//! Many-to-many: the table between two models, which holds a row for each pair.

use super::{ModelDescriptor, ReferenceAction, RelationDescriptor, refers};
use crate::schema::{Column, ForeignKey, Index, PrimaryKey, Table, naming};
use crate::sql::{Expr, Name, TableRef};

/// What a relationship says of the table between its two models.
#[derive(Debug, Clone, Copy)]
pub struct Secondary {
    /// The table.
    pub table: &'static str,
    /// Its columns that hold this model's key; empty when they have their conventional names.
    pub local: &'static [&'static str],
    /// Its columns that hold the target's key; empty when they have their conventional names.
    pub remote: &'static [&'static str],
    /// What the database does with the rows of an object of this model that is deleted.
    pub on_delete: ReferenceAction,
    /// What the database does with the rows of an object of this model whose key changes.
    pub on_update: ReferenceAction,
}

/// The table between two models, as one of them sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTable {
    /// The table.
    pub table: &'static str,
    /// The end of the model that has the relationship.
    pub local: LinkEnd,
    /// The end of the target.
    pub remote: LinkEnd,
}

/// One of the two foreign keys of a [`LinkTable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEnd {
    /// The model referred to.
    pub model: &'static ModelDescriptor,
    /// The table's columns.
    pub columns: Vec<Name>,
    /// The model's columns that they hold: its primary key.
    pub keys: &'static [usize],
    /// What the database does when the row referred to is deleted.
    pub on_delete: ReferenceAction,
    /// What the database does when the key of the row referred to changes.
    pub on_update: ReferenceAction,
}

impl LinkTable {
    /// Resolves what a relationship and its other side say of the table.
    pub(super) fn new(
        relation: &RelationDescriptor,
        secondary: Secondary,
        other: Option<Secondary>,
    ) -> Result<Self, String> {
        let (model, target) = ((relation.model)(), (relation.target)());
        let there = other.map_or((&[][..], &[][..]), |other| (other.local, other.remote));
        let local = LinkEnd {
            model,
            columns: columns(relation, model, secondary.local, there.1)?,
            keys: model.primary_key,
            on_delete: secondary.on_delete,
            on_update: secondary.on_update,
        };
        let remote = LinkEnd {
            model: target,
            columns: columns(relation, target, secondary.remote, there.0)?,
            keys: target.primary_key,
            on_delete: other.map_or(ReferenceAction::NoAction, |other| other.on_delete),
            on_update: other.map_or(ReferenceAction::NoAction, |other| other.on_update),
        };
        if let Some(column) = local
            .columns
            .iter()
            .find(|column| remote.columns.contains(column))
        {
            return Err(format!(
                "{relation:?} has {}.{column} for both of its ends; name their columns with \
                 #[orm(secondary_local = \"..\", secondary_remote = \"..\")]",
                secondary.table
            ));
        }
        Ok(Self {
            table: secondary.table,
            local,
            remote,
        })
    }

    /// Whether the columns of this end stand first in the table and in the statements: both sides have to write the same.
    pub fn local_first(&self) -> bool {
        self.local.columns < self.remote.columns
    }

    /// The two ends in the order of their columns.
    pub fn ends(&self) -> [&LinkEnd; 2] {
        if self.local_first() {
            [&self.local, &self.remote]
        } else {
            [&self.remote, &self.local]
        }
    }

    /// The table as metadata: the pair is its primary key, each end a foreign key, and what begins with the second end is
    /// found by an index.
    pub(super) fn schema(&self) -> Table {
        let mut table = Table::new(self.table);
        let [first, second] = self.ends();
        for end in [first, second] {
            let typed = end.columns.iter().zip(end.keys);
            table
                .columns
                .extend(typed.map(|(name, &key)| {
                    Column::new(name.clone(), end.model.columns[key].sql_type)
                }));
            table.foreign_keys.push(ForeignKey {
                columns: end.columns.clone(),
                table: TableRef::new(end.model.table),
                references: end.key_names().map(Into::into).collect(),
                on_delete: end.on_delete,
                on_update: end.on_update,
                name: Some(naming::foreign_key(self.table, &end.columns).into()),
            });
        }
        let both = first.columns.iter().chain(&second.columns);
        table.primary_key = Some(PrimaryKey {
            name: Some(naming::primary_key(self.table).into()),
            columns: both.cloned().collect(),
        });
        let name: Name = naming::index(self.table, &second.columns).into();
        table
            .indexes
            .push(Index::new(second.columns.clone()).named(name));
        table
    }

    /// The condition that a row of the table belongs to a row of the model at this end.
    pub(crate) fn meets(&self, end: &LinkEnd) -> Expr {
        end.meets(&self.table.into(), &end.model.table.into())
    }
}

impl LinkEnd {
    /// The condition that a row of the table, under the name `link`, belongs to a row of the model, under the name `table`.
    pub(crate) fn meets(&self, link: &Name, table: &Name) -> Expr {
        let pairs = self.columns.iter().zip(self.keys);
        pairs
            .map(|(column, &key)| {
                let key = &self.model.columns[key];
                refers(
                    Expr::column(link.clone(), column.clone()),
                    Expr::column(table.clone(), key.name),
                    key.sql_type,
                )
            })
            .fold(Expr::constant(true), Expr::and)
    }

    /// The names of the model's key columns.
    fn key_names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|&key| self.model.columns[key].name)
    }
}

/// The columns that hold a model's key: as one side or the other names them, or `book_id` by convention.
fn columns(
    relation: &RelationDescriptor,
    model: &'static ModelDescriptor,
    here: &'static [&'static str],
    there: &'static [&'static str],
) -> Result<Vec<Name>, String> {
    let named = if here.is_empty() { there } else { here };
    if !here.is_empty() && !there.is_empty() && here != there {
        return Err(format!(
            "{relation:?} calls the columns for {} {}, and its other side calls them {}; name them once",
            model.name,
            here.join(", "),
            there.join(", ")
        ));
    }
    if named.is_empty() {
        let keys = model.primary_key.iter();
        return Ok(keys
            .map(|&key| format!("{}_{}", snake_case(model.name), model.columns[key].name).into())
            .collect());
    }
    if named.len() != model.primary_key.len() {
        return Err(format!(
            "{relation:?} names {} columns for the key of {}, which has {}",
            named.len(),
            model.name,
            model.primary_key.len()
        ));
    }
    Ok(named.iter().map(|&name| name.into()).collect())
}

/// `OrderItem` → `order_item`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let begins = index > 0
            && letter.is_uppercase()
            && (!letters[index - 1].is_uppercase()
                || letters
                    .get(index + 1)
                    .is_some_and(|next| next.is_lowercase()));
        if begins && letters[index - 1] != '_' {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
