//! The query that objects came from, to be repeated inside another.

use crate::mapping::{ModelDescriptor, name_outputs};
use crate::sql::scope::anonymous_name;
use crate::sql::{Distinct, Expr, FromItem, Item, Name, Select};
use crate::types::Value;

/// The query that objects came from.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) select: Select,
    /// The values of its named parameters.
    pub(crate) binds: Vec<(Name, Value)>,
    /// Where the objects' columns begin.
    pub(crate) offset: usize,
}

/// The names that loads give to what they read from; one number for each, so that the same load has the same text.
pub(super) fn made_name(table: &str, number: usize) -> Name {
    anonymous_name(table, u64::MAX - number as u64).into()
}

/// Whether rows of the query would not be the same if more were joined to it.
pub(super) fn counts_rows(select: &Select) -> bool {
    is_combined(select) || select.limit.is_some() || select.offset.is_some()
}

/// Whether its rows are not simply those of what it reads from.
pub(super) fn is_combined(select: &Select) -> bool {
    select.distinct != Distinct::No
        || select.set.is_some()
        || !select.group_by.is_empty()
        || select.having.is_some()
}

/// The query as a subquery: a query of all its columns, in the same order of columns and of rows.
pub(super) fn wrap(mut inner: Select, number: usize) -> Select {
    let alias = made_name("rows", number);
    let mut order = Vec::new();
    let width = inner.outputs().len();
    let terms = inner.order_by.clone();
    name_outputs(&mut inner);
    let column = |name: Name| Expr::column(alias.clone(), name);
    for (index, term) in terms.into_iter().enumerate() {
        let outputs = inner.outputs();
        let same = outputs.iter().find(|item| item.expr == term.expr);
        let same = same.and_then(Item::name).cloned();
        let name = match (&term.expr, same) {
            (Expr::Label(label), _) => label.clone(),
            (_, Some(name)) => name,
            (_, None) => {
                let name = Name::from(format!("order_{index}"));
                inner.items.push(Item {
                    expr: term.expr.clone(),
                    label: Some(name.clone()),
                    absent: false,
                });
                name
            }
        };
        order.push(crate::sql::OrderBy {
            expr: column(name),
            ..term
        });
    }
    let items = inner.outputs().iter().take(width);
    let items = items
        .map(|item| Item {
            absent: item.absent,
            ..column(item.name().cloned().unwrap_or_default()).into()
        })
        .collect();
    Select {
        items,
        from: vec![FromItem::Subquery {
            select: Box::new(inner),
            alias,
            lateral: false,
        }],
        order_by: order,
        ..Default::default()
    }
}

impl Source {
    /// The same query, of other objects in its rows.
    pub(crate) fn at(&self, offset: usize) -> Self {
        Self {
            offset,
            ..self.clone()
        }
    }

    /// A query of some columns of the objects.
    pub(super) fn keys(&self, columns: &[usize], number: usize) -> Select {
        let mut select = self.select.clone();
        select.lock = None;
        if is_combined(&select) {
            select = wrap(select, number);
        }
        if select.limit.is_none() && select.offset.is_none() {
            select.order_by.clear();
        }
        let all = std::mem::take(&mut select.items);
        let keys = columns
            .iter()
            .filter_map(|column| all.get(self.offset + column));
        select.items = keys.cloned().collect();
        select
    }

    /// The objects' columns, as the query calls them.
    pub(super) fn columns(select: &Select, offset: usize, model: &ModelDescriptor) -> Vec<Expr> {
        let items = select.items.iter().skip(offset).take(model.columns.len());
        items.map(|item| item.expr.clone()).collect()
    }
}
