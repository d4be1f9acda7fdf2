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
    pub(crate) secondary: Slot<LitStr>,
    pub(crate) secondary_local: Slot<Vec<LitStr>>,
    pub(crate) secondary_remote: Slot<Vec<LitStr>>,
    pub(crate) on_delete: Slot<LitStr>,
    pub(crate) on_update: Slot<LitStr>,
    /// Whether it is that of all related objects.
    pub(crate) passive_deletes: Slot<bool>,
    pub(crate) view_only: Slot<()>,
    pub(crate) lazy: Slot<LitStr>,
    pub(crate) single_parent: Slot<()>,
    pub(crate) passive_updates: Slot<bool>,
    pub(crate) filter: Slot<Expr>,
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
                "secondary" => this.secondary.set(ctxt, &item.name, item.string(ctxt)),
                "secondary_local" => {
                    this.secondary_local
                        .set(ctxt, &item.name, item.strings(ctxt));
                }
                "secondary_remote" => {
                    this.secondary_remote
                        .set(ctxt, &item.name, item.strings(ctxt));
                }
                "on_delete" => this.on_delete.set(ctxt, &item.name, item.string(ctxt)),
                "on_update" => this.on_update.set(ctxt, &item.name, item.string(ctxt)),
                "passive_deletes" => {
                    let all = passive_deletes(ctxt, &item);
                    this.passive_deletes.set(ctxt, &item.name, all);
                }
                "lazy" => this.lazy.set(ctxt, &item.name, item.string(ctxt)),
                "view_only" => this.view_only.set(ctxt, &item.name, item.word(ctxt)),
                "single_parent" => this.single_parent.set(ctxt, &item.name, item.word(ctxt)),
                "passive_updates" => {
                    let passive = item.truth(ctxt, "passive_updates = false");
                    this.passive_updates.set(ctxt, &item.name, passive);
                }
                "filter" => {
                    let value = item.expression(ctxt, "filter = Model::column.eq(value)");
                    this.filter.set(ctxt, &item.name, value.cloned());
                }
                "post_update" => ctxt.error(
                    &item.name,
                    "leave `post_update` out: where rows refer to each other in a cycle, the flush writes one of the \
                     references by a second UPDATE without being asked for",
                ),
                column if keys::COLUMN.contains(&column) => {
                    belongs_to_column(ctxt, field, &item.name);
                }
                _ => keys::unknown(ctxt, &item.name, keys::RELATION),
            }
        }
        // Of a table between two models, the relationship itself says what a column says otherwise.
        for token in [this.on_delete.token(), this.on_update.token()] {
            if let Some(token) = token.filter(|_| !this.secondary.given()) {
                belongs_to_column(ctxt, field, token);
            }
        }
        this
    }
}

fn belongs_to_column(ctxt: &Ctxt, field: &Field, name: &Ident) {
    let field = field.ident.as_ref().map(ToString::to_string);
    let message = format!(
        "`{name}` belongs to a column, and `{}` is a relationship",
        field.unwrap_or_default()
    );
    ctxt.error(name, message);
}

/// `passive_deletes`, or `passive_deletes = "all"`.
fn passive_deletes(ctxt: &Ctxt, item: &Item) -> Option<bool> {
    if item.is_word() {
        return Some(false);
    }
    let literal = item.string(ctxt)?;
    if literal.value() == "all" {
        return Some(true);
    }
    ctxt.error(
        literal,
        "write `passive_deletes` (the objects that are not loaded), or `passive_deletes = \"all\"`",
    );
    None
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
