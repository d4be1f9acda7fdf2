//! The attributes of a column.

use syn::{Attribute, Expr, Field, LitStr, Path};

use super::item::Item;
use super::{Slot, item, items, keys};
use crate::ctxt::Ctxt;

#[derive(Default)]
pub(crate) struct ColumnAttr {
    pub(crate) primary_key: Slot<()>,
    pub(crate) column: Slot<LitStr>,
    pub(crate) unique: Slot<()>,
    pub(crate) index: Slot<()>,
    pub(crate) default: Slot<Expr>,
    pub(crate) server_default: Slot<LitStr>,
    pub(crate) references: Slot<Path>,
    pub(crate) on_delete: Slot<LitStr>,
    pub(crate) on_update: Slot<OnUpdate>,
    pub(crate) version: Slot<VersionAttr>,
    /// The group, where there is one.
    pub(crate) deferred: Slot<Option<LitStr>>,
    pub(crate) sql: Slot<Expr>,
    pub(crate) generated: Slot<LitStr>,
    pub(crate) server_on_update: Slot<()>,
    pub(crate) input: Slot<bool>,
}

/// Who makes the next version.
pub(crate) enum VersionAttr {
    Counter,
    Generator(Path),
    /// The program: `version = "manual"`.
    Manual,
    /// The database: `version = "server"`.
    Server,
}

/// What happens to a column on an update: of the key it references (a word), or of its own row (a value).
pub(crate) enum OnUpdate {
    Action(LitStr),
    Value(Expr),
}

impl VersionAttr {
    fn parse(ctxt: &Ctxt, item: &Item) -> Option<Self> {
        const USAGE: &str =
            "version = path::to::function`, `version = \"manual\"` or `version = \"server\"";
        if item.is_word() {
            return Some(Self::Counter);
        }
        let value = item.expression(ctxt, USAGE)?;
        match item::string(value).map(|word| word.value()).as_deref() {
            None => item.path(ctxt, USAGE).map(Self::Generator),
            Some("manual") => Some(Self::Manual),
            Some("server") => Some(Self::Server),
            Some(_) => {
                ctxt.error(value, format!("write `{USAGE}`"));
                None
            }
        }
    }
}

impl From<Expr> for OnUpdate {
    fn from(value: Expr) -> Self {
        match item::string(&value) {
            Some(word) => Self::Action(word),
            None => Self::Value(value),
        }
    }
}

impl ColumnAttr {
    pub(crate) fn parse(ctxt: &Ctxt, field: &Field, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            let name = item.name.to_string();
            match name.as_str() {
                "primary_key" => this.primary_key.set(ctxt, &item.name, item.word(ctxt)),
                "column" => this.column.set(ctxt, &item.name, item.string(ctxt)),
                "unique" => this.unique.set(ctxt, &item.name, item.word(ctxt)),
                "index" => this.index.set(ctxt, &item.name, item.word(ctxt)),
                "default" => {
                    let value = item.expression(ctxt, "default = expression").cloned();
                    this.default.set(ctxt, &item.name, value);
                }
                "server_default" => this.server_default.set(ctxt, &item.name, item.string(ctxt)),
                "references" => {
                    let path = item.path(ctxt, "references = Model::column");
                    this.references.set(ctxt, &item.name, path);
                }
                "on_delete" => this.on_delete.set(ctxt, &item.name, item.string(ctxt)),
                "on_update" => {
                    let usage =
                        "on_update = \"cascade\"` (a foreign key's) or `on_update = expression";
                    let value = item.expression(ctxt, usage).cloned();
                    this.on_update
                        .set(ctxt, &item.name, value.map(OnUpdate::from));
                }
                "version" => {
                    this.version
                        .set(ctxt, &item.name, VersionAttr::parse(ctxt, &item));
                }
                "deferred" => {
                    let group = if item.is_word() {
                        Some(None)
                    } else {
                        let usage = "deferred` or `deferred = \"group\"";
                        item.string_as(ctxt, usage).map(Some)
                    };
                    this.deferred.set(ctxt, &item.name, group);
                }
                "sql" => {
                    let usage = "sql = expression` or `sql = \"..\"";
                    let value = item.expression(ctxt, usage).cloned();
                    this.sql.set(ctxt, &item.name, value);
                }
                "generated" => this.generated.set(ctxt, &item.name, item.string(ctxt)),
                "server_on_update" => {
                    this.server_on_update.set(ctxt, &item.name, item.word(ctxt));
                }
                "input" => {
                    let usage = "input` or `input = false";
                    let said = match item.is_word() {
                        true => Some(true),
                        false => item.truth(ctxt, usage),
                    };
                    this.input.set(ctxt, &item.name, said);
                }
                relation if keys::RELATION.contains(&relation) => {
                    let field = field.ident.as_ref().map(ToString::to_string);
                    let message = format!(
                        "`{name}` belongs to a relationship (HasMany, HasOne, BelongsTo), and `{}` is a column",
                        field.unwrap_or_default()
                    );
                    ctxt.error(&item.name, message);
                }
                _ => keys::unknown(ctxt, &item.name, keys::COLUMN),
            }
        }
        this
    }
}
