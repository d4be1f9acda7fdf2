//! A relationship: a field that is a `HasMany`, `HasOne` or `BelongsTo`.

use syn::{Expr, Field, GenericArgument, Ident, LitStr, Path, PathArguments, Type, Visibility};

use super::column::{Action, action};
use super::name::without_self;
use crate::attr::relation::RelationAttr;
use crate::ctxt::Ctxt;
use crate::nearest::nearest;

pub(crate) struct Relation {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The field's type.
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    /// The related model.
    pub(crate) target: Type,
    pub(crate) position: usize,
    pub(crate) back_populates: Option<Ident>,
    pub(crate) foreign_key: Vec<Ident>,
    pub(crate) cascade: Cascade,
    /// The cascade's literal, where one was given.
    pub(crate) cascade_token: Option<LitStr>,
    pub(crate) order_by: Vec<Order>,
    pub(crate) secondary: Option<Secondary>,
    /// Attributes that only a relationship with `secondary` has, where it has none.
    pub(crate) stray_secondary: Vec<Ident>,
    /// Whether it is that of all related objects, and where it stands.
    pub(crate) passive_deletes: Option<(Ident, bool)>,
    pub(crate) view_only: Option<Ident>,
    /// How it is loaded by default, as the variant of `Strategy` is called, and the literal that says so.
    pub(crate) lazy: Option<(&'static str, LitStr)>,
    pub(crate) single_parent: Option<Ident>,
    /// What `passive_updates` was set to, and where it stands.
    pub(crate) passive_updates: Option<(Ident, bool)>,
    /// The condition that its objects meet.
    pub(crate) filter: Option<Expr>,
}

/// `secondary = "table"`, with what else is said of the table.
pub(crate) struct Secondary {
    pub(crate) table: LitStr,
    pub(crate) local: Vec<LitStr>,
    pub(crate) remote: Vec<LitStr>,
    pub(crate) on_delete: Option<(LitStr, Action)>,
    pub(crate) on_update: Option<(LitStr, Action)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    HasMany,
    HasOne,
    BelongsTo,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cascade {
    pub(crate) save_update: bool,
    pub(crate) merge: bool,
    pub(crate) refresh_expire: bool,
    pub(crate) expunge: bool,
    pub(crate) delete: bool,
    pub(crate) delete_orphan: bool,
}

/// One term of `order_by`.
pub(crate) struct Order {
    pub(crate) column: Path,
    pub(crate) descending: bool,
}

impl Kind {
    /// The kind and the related model, if the type is written as a relationship.
    pub(super) fn of(ty: &Type) -> Option<(Self, Type)> {
        let Type::Path(path) = ty else {
            return None;
        };
        let last = path.path.segments.last()?;
        let kind = match last.ident.to_string().as_str() {
            "HasMany" => Self::HasMany,
            "HasOne" => Self::HasOne,
            "BelongsTo" => Self::BelongsTo,
            _ => return None,
        };
        if let PathArguments::AngleBracketed(arguments) = &last.arguments
            && let [GenericArgument::Type(target)] =
                arguments.args.iter().collect::<Vec<_>>().as_slice()
        {
            return Some((kind, target.clone()));
        }
        // The compiler itself says that the type needs one parameter.
        None
    }

    pub(crate) fn is_many(self) -> bool {
        self == Self::HasMany
    }
}

impl Relation {
    pub(super) fn new(
        ctxt: &Ctxt,
        model: &Ident,
        (ident, field): (Ident, &Field),
        (kind, target): (Kind, Type),
        position: usize,
        attr: RelationAttr,
    ) -> Self {
        let mut stray_secondary = Vec::new();
        if !attr.secondary.given() {
            stray_secondary.extend(attr.secondary_local.token().cloned());
            stray_secondary.extend(attr.secondary_remote.token().cloned());
        }
        let passive = attr.passive_deletes.token().cloned();
        let view_only = attr.view_only.token().cloned();
        let single_parent = attr.single_parent.token().cloned();
        let updates = attr.passive_updates.token().cloned();
        let unsaid = match view_only {
            Some(_) => Cascade::NONE,
            None => Cascade::DEFAULT,
        };
        let on_delete = attr.on_delete.value().and_then(|word| action(ctxt, word));
        let on_update = attr.on_update.value().and_then(|word| action(ctxt, word));
        let (local, remote) = (attr.secondary_local.value(), attr.secondary_remote.value());
        let secondary = attr.secondary.value().map(|table| Secondary {
            table,
            local: local.unwrap_or_default(),
            remote: remote.unwrap_or_default(),
            on_delete,
            on_update,
        });
        if let Some(secondary) = &secondary
            && secondary.table.value().trim().is_empty()
        {
            ctxt.error(&secondary.table, "the table needs a name");
        }
        let cascade_token = attr.cascade.value();
        let order_by = attr.order_by.value().unwrap_or_default();
        Self {
            ident,
            vis: field.vis.clone(),
            ty: without_self(&field.ty, model),
            kind,
            target: without_self(&target, model),
            position,
            back_populates: attr.back_populates.value(),
            foreign_key: attr.foreign_key.value().unwrap_or_default(),
            cascade: cascade_token
                .as_ref()
                .map_or(unsaid, |literal| cascade(ctxt, literal)),
            cascade_token,
            order_by: order_by
                .into_iter()
                .map(|term| Order {
                    column: without_self(&term.column, model),
                    descending: term.descending,
                })
                .collect(),
            secondary,
            stray_secondary,
            passive_deletes: passive.zip(attr.passive_deletes.value()),
            view_only,
            lazy: attr.lazy.value().and_then(|literal| lazy(ctxt, literal)),
            single_parent,
            passive_updates: updates.zip(attr.passive_updates.value()),
            filter: attr
                .filter
                .value()
                .map(|filter| without_self(&filter, model)),
        }
    }

    /// Whether the related model is `model`, as far as names can tell.
    pub(crate) fn targets(&self, model: &Path) -> bool {
        let Type::Path(target) = &self.target else {
            return false;
        };
        let last = |path: &Path| path.segments.last().map(|segment| segment.ident.clone());
        last(&target.path) == last(model)
    }
}

impl Cascade {
    pub(crate) const NONE: Self = Self {
        save_update: false,
        merge: false,
        refresh_expire: false,
        expunge: false,
        delete: false,
        delete_orphan: false,
    };
    pub(crate) const DEFAULT: Self = Self {
        save_update: true,
        merge: true,
        ..Self::NONE
    };
    pub(crate) const ALL: Self = Self {
        save_update: true,
        merge: true,
        refresh_expire: true,
        expunge: true,
        delete: true,
        delete_orphan: false,
    };
    pub(crate) const OWNED: Self = Self {
        delete_orphan: true,
        ..Self::ALL
    };
}

/// The strategies, and what the variants of `Strategy` are called.
const STRATEGIES: [(&str, &str); 9] = [
    ("lazy", "Lazy"),
    ("batch", "Batch"),
    ("select_in", "SelectIn"),
    ("joined", "Joined"),
    ("subquery", "Subquery"),
    ("immediate", "Immediate"),
    ("raise", "Raise"),
    ("raise_on_sql", "RaiseOnSql"),
    ("write_only", "WriteOnly"),
];

fn lazy(ctxt: &Ctxt, literal: LitStr) -> Option<(&'static str, LitStr)> {
    let word = literal.value();
    if let Some((_, variant)) = STRATEGIES.iter().find(|(known, _)| *known == word) {
        return Some((variant, literal));
    }
    let known = STRATEGIES.map(|(known, _)| known);
    let message = match nearest(&word, known) {
        Some(near) => format!("unknown strategy `{word}`; did you mean `{near}`?"),
        None => format!(
            "unknown strategy `{word}`; the strategies are {}",
            known.join(", ")
        ),
    };
    ctxt.error(literal, message);
    None
}

const WORDS: [&str; 8] = [
    "save-update",
    "delete",
    "delete-orphan",
    "merge",
    "refresh-expire",
    "expunge",
    "all",
    "none",
];

fn cascade(ctxt: &Ctxt, literal: &LitStr) -> Cascade {
    let mut cascade = Cascade::NONE;
    let text = literal.value();
    let words: Vec<&str> = text.split(',').map(str::trim).collect();
    for &word in &words {
        match word {
            "save-update" => cascade.save_update = true,
            "delete" => cascade.delete = true,
            "delete-orphan" => cascade.delete_orphan = true,
            "merge" => cascade.merge = true,
            "refresh-expire" => cascade.refresh_expire = true,
            "expunge" => cascade.expunge = true,
            "all" => {
                cascade = Cascade {
                    delete_orphan: cascade.delete_orphan,
                    ..Cascade::ALL
                }
            }
            "none" if words.len() == 1 => {}
            "none" => {
                ctxt.error(
                    literal,
                    "`none` stands alone: it excludes the other cascades",
                );
                return Cascade::DEFAULT;
            }
            unknown => {
                let message = match nearest(unknown, WORDS) {
                    Some(near) => format!("unknown cascade `{unknown}`; did you mean `{near}`?"),
                    None => {
                        format!(
                            "unknown cascade `{unknown}`; the cascades are {}",
                            WORDS.join(", ")
                        )
                    }
                };
                ctxt.error(literal, message);
                return Cascade::DEFAULT;
            }
        }
    }
    cascade
}
