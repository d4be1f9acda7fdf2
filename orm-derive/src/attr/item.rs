//! One item of `#[orm(item, item = value, item(value, ..))]`.

use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, parenthesized};

use crate::ctxt::Ctxt;

/// An item: its name and what stands behind it.
pub(crate) struct Item {
    pub(crate) name: Ident,
    value: Value,
}

enum Value {
    Word,
    Equals(Expr),
    List(Vec<Expr>),
}

/// The items of all `#[orm(..)]` among `attributes`.
pub(crate) fn items(ctxt: &Ctxt, attributes: &[Attribute]) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes {
        if !attribute.path().is_ident("orm") {
            continue;
        }
        let parsed = attribute.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                items.push(parse(input)?);
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        });
        if let Err(error) = parsed {
            ctxt.push(error);
        }
    }
    items
}

fn parse(input: ParseStream<'_>) -> syn::Result<Item> {
    let name = Ident::parse_any(input)?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Value::Equals(bare(input.parse()?))
    } else if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let list = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
        Value::List(list.into_iter().map(bare).collect())
    } else {
        Value::Word
    };
    Ok(Item { name, value })
}

/// What a `macro_rules!` passed on stands in a group that nobody wrote.
fn bare(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => bare(*group.expr),
        value => value,
    }
}

impl Item {
    fn wrong(&self, ctxt: &Ctxt, usage: &str) {
        let message = format!("write `{usage}`");
        match &self.value {
            Value::Equals(value) => ctxt.error(value, message),
            _ => ctxt.error(&self.name, message),
        }
    }

    /// A bare word.
    pub(crate) fn word(&self, ctxt: &Ctxt) -> Option<()> {
        match &self.value {
            Value::Word => Some(()),
            Value::Equals(value) => {
                ctxt.error(value, format!("`{}` takes no value", self.name));
                None
            }
            Value::List(_) => {
                ctxt.error(&self.name, format!("`{}` takes no value", self.name));
                None
            }
        }
    }

    /// A string: `name = ".."`.
    pub(crate) fn string(&self, ctxt: &Ctxt) -> Option<LitStr> {
        self.string_as(ctxt, &format!("{} = \"..\"", self.name))
    }

    /// A string, where something else can stand too.
    pub(crate) fn string_as(&self, ctxt: &Ctxt, usage: &str) -> Option<LitStr> {
        if let Value::Equals(value) = &self.value
            && let Some(literal) = string(value)
        {
            return Some(literal);
        }
        self.wrong(ctxt, usage);
        None
    }

    /// Whether it is a bare word.
    pub(crate) fn is_word(&self) -> bool {
        matches!(self.value, Value::Word)
    }

    /// Strings: `name = ".."`, or `name("..", "..")`.
    pub(crate) fn strings(&self, ctxt: &Ctxt) -> Option<Vec<LitStr>> {
        let usage = format!("{} = \"..\"", self.name);
        let list = self.list(ctxt, &usage)?;
        let strings: Option<Vec<_>> = list.iter().map(string).collect();
        if strings.is_none() {
            self.wrong(ctxt, &usage);
        }
        strings
    }

    /// An expression: `name = expression`.
    pub(crate) fn expression(&self, ctxt: &Ctxt, usage: &str) -> Option<&Expr> {
        match &self.value {
            Value::Equals(value) => Some(value),
            _ => {
                self.wrong(ctxt, usage);
                None
            }
        }
    }

    /// `name = true`, or `name = false`.
    pub(crate) fn truth(&self, ctxt: &Ctxt, usage: &str) -> Option<bool> {
        if let Value::Equals(Expr::Lit(ExprLit {
            lit: Lit::Bool(literal),
            ..
        })) = &self.value
        {
            return Some(literal.value);
        }
        self.wrong(ctxt, usage);
        None
    }

    /// A path: `name = a::b`.
    pub(crate) fn path(&self, ctxt: &Ctxt, usage: &str) -> Option<Path> {
        if let Value::Equals(value) = &self.value
            && let Some(path) = path(value)
        {
            return Some(path.clone());
        }
        self.wrong(ctxt, usage);
        None
    }

    /// A name: `name = a`.
    pub(crate) fn ident(&self, ctxt: &Ctxt, usage: &str) -> Option<Ident> {
        if let Value::Equals(value) = &self.value
            && let Some(ident) = ident(value)
        {
            return Some(ident);
        }
        self.wrong(ctxt, usage);
        None
    }

    /// What stands behind the name, as a list: `name = a`, or `name(a, b)`.
    pub(crate) fn list(&self, ctxt: &Ctxt, usage: &str) -> Option<&[Expr]> {
        match &self.value {
            Value::Equals(value) => Some(std::slice::from_ref(value)),
            Value::List(list) if !list.is_empty() => Some(list),
            _ => {
                self.wrong(ctxt, usage);
                None
            }
        }
    }

    /// A list of names: `name = a`, or `name(a, b)`.
    pub(crate) fn idents(&self, ctxt: &Ctxt, usage: &str) -> Option<Vec<Ident>> {
        idents(ctxt, self.list(ctxt, usage)?, usage)
    }
}

/// The expressions as names; the first that is none is reported.
pub(super) fn idents<'a>(
    ctxt: &Ctxt,
    list: impl IntoIterator<Item = &'a Expr>,
    usage: &str,
) -> Option<Vec<Ident>> {
    let mut idents = Vec::new();
    for value in list {
        let Some(ident) = ident(value) else {
            ctxt.error(value, format!("expected the name of a field: `{usage}`"));
            return None;
        };
        idents.push(ident);
    }
    Some(idents)
}

/// The expression as a string literal.
pub(super) fn string(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(literal),
            ..
        }) => Some(literal.clone()),
        _ => None,
    }
}

/// The expression as a path.
pub(super) fn path(value: &Expr) -> Option<&Path> {
    match value {
        Expr::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// The expression as a single name.
pub(super) fn ident(value: &Expr) -> Option<Ident> {
    path(value).and_then(|path| path.get_ident().cloned())
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        self.name.to_tokens(tokens);
    }
}
