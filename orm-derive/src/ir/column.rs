//! A column: a field that is no relationship.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{
    Expr, Field, GenericArgument, Ident, LitStr, Meta, Path, PathArguments, Type, Visibility,
};

use super::{Model, form, name};
use crate::attr::field::{ColumnAttr, OnUpdate, VersionAttr};
use crate::ctxt::Ctxt;

pub(crate) struct Column {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    /// The name in the database.
    pub(crate) name: String,
    /// Where that name stands.
    pub(crate) name_token: TokenStream,
    pub(crate) position: usize,
    pub(crate) primary_key: bool,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) default: Option<Expr>,
    /// Where the default is declared.
    pub(crate) default_token: Option<Ident>,
    pub(crate) server_default: Option<LitStr>,
    pub(crate) references: Option<Reference>,
    pub(crate) on_delete: Option<(LitStr, Action)>,
    pub(crate) on_update: Option<(LitStr, Action)>,
    /// What the column gets when its row is updated and nothing else sets it.
    pub(crate) update_default: Option<Expr>,
    pub(crate) version: Option<Version>,
    /// What is inside of a `Deferred<..>`.
    pub(crate) deferred: Option<Type>,
    /// What is inside of a `Server<..>`.
    pub(crate) server: Option<Type>,
    /// `deferred`, and its group.
    pub(crate) deferred_attr: Option<(Ident, Option<LitStr>)>,
    /// The expression of a column that the database computes, and the attribute.
    pub(crate) sql: Option<(Ident, Expr)>,
    /// The expression of a stored generated column, and the attribute.
    pub(crate) generated: Option<(Ident, LitStr)>,
    /// Where it says that the database changes it.
    pub(crate) server_on_update: Option<Ident>,
    /// `input`, and whether a person may set it.
    pub(crate) input: Option<(Ident, bool)>,
    /// Its names for serde.
    pub(crate) serde: Vec<Meta>,
    /// `on_delete` and `on_update` where nothing is referenced, and the rule has not been told yet.
    pub(crate) stray_actions: Vec<Ident>,
}

/// `version`, and who makes the next one.
pub(crate) struct Version {
    pub(crate) token: Ident,
    pub(crate) maker: Maker,
}

/// Who makes the next version of a row.
pub(crate) enum Maker {
    Counter,
    Generator(Path),
    Program,
    Database,
}

impl From<VersionAttr> for Maker {
    fn from(attr: VersionAttr) -> Self {
        match attr {
            VersionAttr::Counter => Self::Counter,
            VersionAttr::Generator(path) => Self::Generator(path),
            VersionAttr::Manual => Self::Program,
            VersionAttr::Server => Self::Database,
        }
    }
}

/// `references = Model::column`.
pub(crate) struct Reference {
    pub(crate) model: Path,
    pub(crate) column: Path,
}

/// What the database does to a referencing row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// What the builder does with a column that was not set.
pub(crate) enum Omit {
    /// Only the type can tell: a NULL where it is an `Option`, a generated key where it is an integer.
    AskType { key: bool },
    /// It takes the type's default, which another then replaces, or which stands for NULL.
    TypeDefault,
    /// It takes the client's default.
    Client,
    /// It is left to the database.
    Server,
}

impl Column {
    pub(super) fn new(
        ctxt: &Ctxt,
        model: &Ident,
        (ident, field): (Ident, &Field),
        position: usize,
        attr: ColumnAttr,
    ) -> Self {
        let mut stray_actions = Vec::new();
        if !attr.references.given() {
            stray_actions.extend(attr.on_delete.token().cloned());
        }
        let token = attr.on_update.token().cloned();
        let (mut on_update, mut update_default) = (None, None);
        match attr.on_update.value() {
            Some(OnUpdate::Action(word)) => {
                if !attr.references.given() {
                    stray_actions.extend(token);
                }
                on_update = action(ctxt, word);
            }
            Some(OnUpdate::Value(value)) => {
                update_default = Some(name::without_self(&value, model))
            }
            None => {}
        }
        let token = attr.version.token().cloned();
        let version = token
            .zip(attr.version.value())
            .map(|(token, attr)| Version {
                token,
                maker: attr.into(),
            });
        let deferred_token = attr.deferred.token().cloned();
        let sql_token = attr.sql.token().cloned();
        let generated_token = attr.generated.token().cloned();
        let ty = name::without_self(&field.ty, model);
        let renamed = attr.column.value();
        if let Some(literal) = &renamed
            && literal.value().trim().is_empty()
        {
            ctxt.error(literal, "the column needs a name");
        }
        Self {
            vis: field.vis.clone(),
            deferred: inside(&ty, "Deferred"),
            server: inside(&ty, "Server"),
            deferred_attr: deferred_token.zip(attr.deferred.value()),
            sql: sql_token.zip(attr.sql.value().map(|sql| name::without_self(&sql, model))),
            generated: generated_token.zip(attr.generated.value()),
            server_on_update: attr.server_on_update.token().cloned(),
            input: attr.input.token().cloned().zip(attr.input.value()),
            serde: form::serde(&field.attrs),
            ty,
            name: renamed
                .as_ref()
                .map_or_else(|| name::plain(&ident), LitStr::value),
            name_token: renamed.as_ref().map_or_else(
                || ident.to_token_stream(),
                |literal| literal.to_token_stream(),
            ),
            position,
            primary_key: attr.primary_key.given(),
            unique: attr.unique.given(),
            index: attr.index.given(),
            default_token: attr.default.token().cloned(),
            default: attr
                .default
                .value()
                .map(|default| name::without_self(&default, model)),
            server_default: attr.server_default.value(),
            references: attr
                .references
                .value()
                .and_then(|path| Reference::new(ctxt, model, path)),
            on_delete: attr.on_delete.value().and_then(|word| action(ctxt, word)),
            on_update,
            update_default,
            version,
            stray_actions,
            ident,
        }
    }

    /// The type of its values: what is inside of a `Deferred<..>` or `Server<..>`, and the field's own otherwise.
    pub(crate) fn inside(&self) -> &Type {
        let inside = self.deferred.as_ref().or(self.server.as_ref());
        inside.unwrap_or(&self.ty)
    }

    /// The last name of the field's type.
    pub(crate) fn type_name(&self) -> Option<String> {
        match &self.ty {
            Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        }
    }

    /// What the builder does when the column was not set.
    pub(crate) fn omit(&self, model: &Model) -> Omit {
        if self.default.is_some() {
            return Omit::Client;
        }
        if self.server_default.is_some() {
            return Omit::Server;
        }
        if self.version.is_some() || model.filled_by_relation(self) {
            return Omit::TypeDefault;
        }
        let key = model.may_be_generated(self);
        // The names of the common types are a short cut past the type parameter that asks the compiler; what they
        // are taken for is checked all the same, by `Default`.
        let known = match self.type_name().as_deref() {
            Some("Option" | "Server") => true,
            Some("i16" | "i32" | "i64") => key,
            _ => false,
        };
        if known {
            Omit::TypeDefault
        } else {
            Omit::AskType { key }
        }
    }
}

/// `T` of `Deferred<T>` and `Server<T>`. (By their names: the constant of the column has the type that is inside, which is
/// what queries compare and read.)
fn inside(ty: &Type, wrapper: &str) -> Option<Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == wrapper)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(inside)) => Some(inside.clone()),
            _ => None,
        },
        _ => None,
    }
}

impl Reference {
    fn new(ctxt: &Ctxt, model: &Ident, column: Path) -> Option<Self> {
        if column.segments.len() < 2 {
            ctxt.error(&column, "write `references = Model::column`");
            return None;
        }
        let column = name::without_self(&column, model);
        Some(Self {
            model: parent(&column),
            column,
        })
    }
}

/// The path without its last segment: the type of an associated constant.
fn parent(path: &Path) -> Path {
    let mut parent = path.clone();
    parent.segments.pop();
    parent.segments.pop_punct();
    parent
}

pub(super) fn action(ctxt: &Ctxt, word: LitStr) -> Option<(LitStr, Action)> {
    let action = match word.value().to_ascii_lowercase().as_str() {
        "no action" => Action::Nothing,
        "restrict" => Action::Restrict,
        "cascade" => Action::Cascade,
        "set null" => Action::SetNull,
        "set default" => Action::SetDefault,
        _ => {
            ctxt.error(
                word,
                "expected \"cascade\", \"restrict\", \"set null\", \"set default\" or \"no action\"",
            );
            return None;
        }
    };
    Some((word, action))
}
