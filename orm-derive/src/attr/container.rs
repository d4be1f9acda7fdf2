//! The attributes of the struct itself.

use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path};

use super::item::{self, Item};
use super::{Slot, items, keys};
use crate::ctxt::Ctxt;

#[derive(Default)]
pub(crate) struct ContainerAttr {
    pub(crate) table: Slot<LitStr>,
    pub(crate) krate: Slot<Path>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    /// `true`, `false`, or `"auto"`, which is the same as nothing.
    pub(crate) eager_defaults: Slot<Option<bool>>,
    /// Whether writes find rows by old values too.
    pub(crate) guard: Slot<bool>,
    pub(crate) input: Slot<FormAttr>,
    pub(crate) changes: Slot<FormAttr>,
}

/// `check("name", "sql")`.
pub(crate) struct CheckAttr {
    pub(crate) name: LitStr,
    pub(crate) sql: LitStr,
}

/// `input = "Name"`, or with derives: `input("Name", derive(Deserialize))`; `changes` likewise.
pub(crate) struct FormAttr {
    pub(crate) name: Ident,
    pub(crate) derives: Vec<Path>,
}

/// `index(a, b)`, `unique(a, b)`, or with a name: `index(name = "..", columns(a, b))`.
pub(crate) struct IndexAttr {
    pub(crate) name: Option<LitStr>,
    pub(crate) columns: Vec<Ident>,
    pub(crate) unique: bool,
}

impl ContainerAttr {
    pub(crate) fn parse(ctxt: &Ctxt, attributes: &[syn::Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            let name = item.name.to_string();
            match name.as_str() {
                "table" => this.table.set(ctxt, &item.name, item.string(ctxt)),
                "crate" => {
                    let path = item.path(ctxt, "crate = path::to::orm_core");
                    this.krate.set(ctxt, &item.name, path);
                }
                "eager_defaults" => {
                    let value = eager_defaults(ctxt, &item);
                    this.eager_defaults.set(ctxt, &item.name, value);
                }
                "guard" => {
                    let value = guard(ctxt, &item);
                    this.guard.set(ctxt, &item.name, value);
                }
                "input" => this.input.set(ctxt, &item.name, form(ctxt, &item)),
                "changes" => this.changes.set(ctxt, &item.name, form(ctxt, &item)),
                "check" => this.checks.extend(check(ctxt, &item)),
                "index" | "unique" => this.indexes.extend(index(ctxt, &item, name == "unique")),
                _ => keys::unknown(ctxt, &item.name, keys::CONTAINER),
            }
        }
        this
    }
}

fn eager_defaults(ctxt: &Ctxt, item: &Item) -> Option<Option<bool>> {
    const USAGE: &str =
        "eager_defaults = true`, `eager_defaults = false` or `eager_defaults = \"auto\"";
    let value = item.expression(ctxt, USAGE)?;
    if let Expr::Lit(ExprLit {
        lit: Lit::Bool(literal),
        ..
    }) = value
    {
        return Some(Some(literal.value));
    }
    if item::string(value).is_some_and(|word| word.value() == "auto") {
        return Some(None);
    }
    ctxt.error(value, format!("write `{USAGE}`"));
    None
}

fn guard(ctxt: &Ctxt, item: &Item) -> Option<bool> {
    const USAGE: &str = "guard = \"changed\"";
    let value = item.expression(ctxt, USAGE)?;
    if item::string(value).is_some_and(|word| word.value() == "changed") {
        return Some(true);
    }
    ctxt.error(value, format!("write `{USAGE}`"));
    None
}

fn form(ctxt: &Ctxt, item: &Item) -> Option<FormAttr> {
    let word = &item.name;
    let usage = format!("{word} = \"Name\"` or `{word}(\"Name\", derive(Deserialize))");
    let list = item.list(ctxt, &usage)?;
    let (name, derives) = match list {
        [name] => (item::string(name), Some(Vec::new())),
        [name, Expr::Call(call)]
            if item::ident(&call.func).is_some_and(|ident| ident == "derive") =>
        {
            let paths = call.args.iter().map(|path| item::path(path).cloned());
            (item::string(name), paths.collect())
        }
        _ => (None, None),
    };
    let name = name.and_then(|name| name.parse().ok());
    match name.zip(derives) {
        Some((name, derives)) => Some(FormAttr { name, derives }),
        None => {
            ctxt.error(item, format!("write `{usage}`"));
            None
        }
    }
}

fn check(ctxt: &Ctxt, item: &Item) -> Option<CheckAttr> {
    const USAGE: &str = "check(\"name\", \"sql\")";
    let list = item.list(ctxt, USAGE)?;
    if let [name, sql] = list
        && let (Some(name), Some(sql)) = (item::string(name), item::string(sql))
    {
        return Some(CheckAttr { name, sql });
    }
    ctxt.error(item, format!("write `{USAGE}`"));
    None
}

fn index(ctxt: &Ctxt, item: &Item, unique: bool) -> Option<IndexAttr> {
    let word = &item.name;
    let usage = format!("{word}(column, column)");
    let list = item.list(ctxt, &usage)?;
    let named = list
        .iter()
        .any(|value| matches!(value, Expr::Assign(_) | Expr::Call(_)));
    if !named {
        let columns = item::idents(ctxt, list, &usage)?;
        return Some(IndexAttr {
            name: None,
            columns,
            unique,
        });
    }
    let usage = format!("{word}(name = \"..\", columns(column, column))");
    let [Expr::Assign(name), Expr::Call(columns)] = list else {
        ctxt.error(item, format!("write `{usage}`"));
        return None;
    };
    let is = |value: &Expr, word: &str| item::ident(value).is_some_and(|ident| ident == word);
    let literal = item::string(&name.right);
    if !is(&name.left, "name") || !is(&columns.func, "columns") || literal.is_none() {
        ctxt.error(item, format!("write `{usage}`"));
        return None;
    }
    Some(IndexAttr {
        name: literal,
        columns: item::idents(ctxt, &columns.args, &usage)?,
        unique,
    })
}
