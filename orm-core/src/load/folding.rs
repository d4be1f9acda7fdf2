//! Loads by keys that the database may find equal though they are not the same: by a collation that ignores case, by a type
//! that ignores blanks. There the database says with each row to which of the keys it belongs.

use super::by_key::{ByKey, KeyTest};
use super::source::made_name;
use crate::dialect::{Dialect, ListColumn};
use crate::error::Result;
use crate::mapping::{LinkEnd, RelationDescriptor, refers};
use crate::schema::TextRules;
use crate::sql::{Expr, FromItem, Item, Join, JoinKind, Name, Select, TableRef, text_unchecked};
use crate::types::Value;

/// How the keys of a relationship are compared: for each of its columns the type of the column that is referred to, where
/// that is known to fold.
#[derive(Debug, Clone)]
pub(crate) struct Folding {
    types: Vec<Option<String>>,
}

/// How the database compares the keys of a step.
#[derive(Clone, Copy)]
pub(crate) struct Comparison<'a> {
    /// None where they are compared as they are here: letter by letter.
    pub(crate) folding: Option<&'a Folding>,
    pub(crate) dialect: &'static dyn Dialect,
}

/// Whether any key of a relationship is text, so that it has to be asked how its columns compare.
///
/// # Errors
/// As [`RelationDescriptor::link`].
pub(crate) fn has_text_keys(relation: &'static RelationDescriptor) -> Result<bool> {
    let (model, link) = ((relation.model)(), relation.link()?);
    let mut keys = link.local.iter();
    let local = keys.any(|&column| model.columns[column].sql_type.is_textual());
    let remote = |end: &LinkEnd| {
        let mut keys = end.keys.iter();
        keys.any(|&key| end.model.columns[key].sql_type.is_textual())
    };
    Ok(local
        || link
            .table
            .as_ref()
            .is_some_and(|table| remote(&table.remote)))
}

impl Folding {
    /// How a relationship's keys are compared; `None` where they are letter by letter.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub(crate) fn of(
        relation: &'static RelationDescriptor,
        rules: &TextRules,
    ) -> Result<Option<Self>> {
        let (model, target) = ((relation.model)(), (relation.target)());
        let link = relation.link()?;
        let mut folds = false;
        let mut types = Vec::with_capacity(link.local.len());
        for (index, &local) in link.local.iter().enumerate() {
            let local = rules.folding(model.table, model.columns[local].name);
            let remote = match (&link.table, link.remote.get(index)) {
                (Some(table), _) => rules.folding(table.table, &table.local.columns[index]),
                (None, Some(&remote)) => rules.folding(target.table, target.columns[remote].name),
                (None, None) => None,
            };
            let referenced = match relation.owns_key() {
                true => remote,
                false => local,
            };
            // Rows come by the rule of the column that is referred to. That of a foreign key, where it is another, finds
            // more, which would be counted among the first of each parent.
            folds |= referenced.is_some() || (!relation.owns_key() && remote.is_some());
            types.push(referenced.map(str::to_owned));
        }
        Ok(folds.then_some(Self { types }))
    }

    /// Where rows came by keys that are not the same, though nothing is known of their columns.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub(crate) fn unknown(relation: &'static RelationDescriptor) -> Result<Self> {
        Ok(Self {
            types: vec![None; relation.link()?.local.len()],
        })
    }

    /// Joins what tells to which of the keys a row of `select` belongs, which holds them in the columns `held`, and leaves
    /// only those that belong to one. The columns that tell it stand behind all others.
    ///
    /// # Errors
    /// As [`RelationDescriptor::link`].
    pub(super) fn join(
        &self,
        select: &mut Select,
        relation: &'static RelationDescriptor,
        held: Vec<Expr>,
        mut keys: ByKey,
        dialect: &dyn Dialect,
    ) -> Result<Vec<Expr>> {
        let link = relation.link()?;
        let model = (relation.model)();
        let alias = made_name(model.table, 1);
        let pairs = held.into_iter().zip(&link.local);
        let arrays = keys.take_arrays();
        if relation.owns_key() {
            // The rows are those referred to; what refers to them is the list of keys.
            let columns = self.types.iter().zip(&arrays);
            let columns: Vec<_> = columns
                .map(|(like, array)| ListColumn {
                    array,
                    like: like.as_deref(),
                })
                .collect();
            let names = |prefix| (0..columns.len()).map(move |index| name(prefix, index));
            let mut text = text_unchecked(dialect.lists(&columns)).read_only();
            for (name, array) in names("list").zip(&arrays) {
                text = text.bind(name, array.clone());
            }
            let on = pairs
                .zip(names("like"))
                .map(|((referenced, &local), like)| {
                    let like = Expr::column(alias.clone(), like);
                    refers(like, referenced, model.columns[local].sql_type)
                })
                .fold(Expr::constant(true), Expr::and);
            let told = names("key");
            let told: Vec<_> = told.map(|key| Expr::column(alias.clone(), key)).collect();
            select.joins.push(Join {
                kind: JoinKind::Inner,
                from: FromItem::Text {
                    text: Box::new(text),
                    alias,
                    columns: names("key").chain(names("like")).collect(),
                },
                on: Some(on),
            });
            select.items.extend(told.iter().cloned().map(Item::from));
            return Ok(told);
        }
        let mut told = Vec::new();
        let on = pairs
            .map(|(foreign, &local)| {
                let local = &model.columns[local];
                let key = Expr::column(alias.clone(), local.name);
                told.push(key.clone());
                refers(foreign, key, local.sql_type)
            })
            .fold(Expr::constant(true), Expr::and);
        select.joins.push(Join {
            kind: JoinKind::Inner,
            from: FromItem::Table(TableRef::new(model.table).alias(alias)),
            on: Some(on),
        });
        select.items.extend(told.iter().cloned().map(Item::from));
        select.add_filter(KeyTest::List.condition(told.clone(), arrays));
        Ok(told)
    }
}

fn name(prefix: &str, index: usize) -> Name {
    format!("{prefix}_{index}").into()
}

impl ByKey {
    /// The keys as one array for each column.
    fn take_arrays(&mut self) -> Vec<Value> {
        let types: Vec<_> = self.types().collect();
        let lists = types.into_iter().zip(self.keys.drain(..));
        let arrays = lists.map(|(sql_type, list)| Value::Array(Box::new((sql_type, list))));
        arrays.collect()
    }
}
