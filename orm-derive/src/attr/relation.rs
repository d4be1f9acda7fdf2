//! The attributes of a relationship.

use syn::{Attribute, Expr, Field, Ident, LitStr, Path};

use super::item::{self, Item};
use super::{Slot, items, keys};
use crate::ctxt::Ctxt;

#[derive(Default)]
pub(crate) struct RelationAttr {
    pub(crate) back_populates: Slot<Ident>,
    pub(crate) foreign_key: Slot<Vec<Ident>>,
    pub(crate) cascade: Slot<LitStr>,
    pub(crate) order_by: Slot<Vec<OrderAttr>>,
}

/// `Book::year`, or `desc(Book::year)`.
pub(crate) struct OrderAttr {
    pub(crate) column: Path,
    pub(crate) descending: bool,
}

impl RelationAttr {
    pub(crate) fn parse(ctxt: &Ctxt, field: &Field, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            let name = item.name.to_string();
            match name.as_str() {
                "back_populates" => {
                    let ident = item.ident(ctxt, "back_populates = relationship");
                    this.back_populates.set(ctxt, &item.name, ident);
                }
                "foreign_key" => {
                    let idents = item.idents(ctxt, "foreign_key = column");
                    this.foreign_key.set(ctxt, &item.name, idents);
                }
                "cascade" => this.cascade.set(ctxt, &item.name, item.string(ctxt)),
                "order_by" => this.order_by.set(ctxt, &item.name, order(ctxt, &item)),
                column if keys::COLUMN.contains(&column) => {
                    let field = field.ident.as_ref().map(ToString::to_string);
                    let message = format!(
                        "`{name}` belongs to a column, and `{}` is a relationship",
                        field.unwrap_or_default()
                    );
                    ctxt.error(&item.name, message);
                }
                _ => keys::unknown(ctxt, &item.name, keys::RELATION),
            }
        }
        this
    }
}

fn order(ctxt: &Ctxt, item: &Item) -> Option<Vec<OrderAttr>> {
    const USAGE: &str = "order_by(Model::column, desc(Model::column))";
    let list = item.list(ctxt, USAGE)?;
    let mut terms = Vec::new();
    for value in list {
        let Some(term) = order_term(value) else {
            ctxt.error(value, format!("write `{USAGE}`"));
            return None;
        };
        terms.push(term);
    }
    Some(terms)
}

fn order_term(value: &Expr) -> Option<OrderAttr> {
    let (value, descending) = match value {
        Expr::Call(call) if call.args.len() == 1 => {
            let function = item::ident(&call.func)?;
            if function != "desc" && function != "asc" {
                return None;
            }
            (call.args.first()?, function == "desc")
        }
        _ => (value, false),
    };
    let column = item::path(value)?.clone();
    (column.segments.len() > 1).then_some(OrderAttr { column, descending })
}
