//! The model: a struct whose fields are columns and relationships.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, Path, Visibility};

use super::{Column, Form, Kind, Relation, form, name};
use crate::attr::container::{CheckAttr, ContainerAttr, FormAttr, IndexAttr};
use crate::attr::field::ColumnAttr;
use crate::attr::relation::RelationAttr;
use crate::ctxt::Ctxt;

/// What the derive stands on.
pub(crate) enum Input {
    /// A struct with named fields.
    Model(Box<Model>),
    /// Something else; the mistake has been reported.
    Other(Other),
}

/// An item that cannot be a model, with what the fallback needs.
pub(crate) struct Other {
    pub(crate) ident: Ident,
    pub(crate) krate: Path,
    pub(crate) generic: bool,
}

pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The path of orm-core.
    pub(crate) krate: Path,
    pub(crate) table: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) checks: Vec<Check>,
    pub(crate) indexes: Vec<Index>,
    /// Whether what the database makes up comes back with every write, or with none.
    pub(crate) eager_defaults: Option<bool>,
    /// Whether writes find rows by the old values of the columns that they change, too.
    pub(crate) guards_changes: bool,
    /// The type of what a person sets of a new object, and of what a person changes.
    pub(crate) input: Option<Form>,
    pub(crate) changes: Option<Form>,
}

pub(crate) struct Check {
    pub(crate) name: LitStr,
    pub(crate) sql: LitStr,
}

pub(crate) struct Index {
    pub(crate) name: Option<LitStr>,
    pub(crate) columns: Vec<Ident>,
    pub(crate) unique: bool,
}

/// The path of orm-core that generated code uses, unless `#[orm(crate = ..)]` says otherwise.
pub(crate) fn default_crate() -> Path {
    syn::parse_quote_spanned!(Span::call_site()=> ::orm_core)
}

impl Input {
    pub(crate) fn new(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let container = ContainerAttr::parse(ctxt, &input.attrs);
        let generic = !input.generics.params.is_empty();
        if generic {
            ctxt.error(
                &input.generics,
                "a model is one table: it cannot have generic parameters",
            );
        }
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => Some(fields),
                _ => {
                    ctxt.error(
                        &input.ident,
                        "a model needs named fields: they are its columns",
                    );
                    None
                }
            },
            Data::Enum(_) => {
                ctxt.error(
                    &input.ident,
                    "a model is a struct; for an enum stored in a column use #[derive(DbEnum)]",
                );
                None
            }
            Data::Union(_) => {
                ctxt.error(&input.ident, "a model is a struct, not a union");
                None
            }
        };
        match fields {
            Some(fields) if !generic => {
                let model = Model::new(ctxt, input, container, fields);
                Self::Model(Box::new(model))
            }
            _ => Self::Other(Other {
                ident: input.ident.clone(),
                krate: container.krate.value().unwrap_or_else(default_crate),
                generic,
            }),
        }
    }
}

impl Model {
    fn new(
        ctxt: &Ctxt,
        input: &DeriveInput,
        container: ContainerAttr,
        fields: &syn::FieldsNamed,
    ) -> Self {
        let mut columns = Vec::new();
        let mut relations = Vec::new();
        for field in &fields.named {
            let Some(ident) = field.ident.clone() else {
                continue;
            };
            if let Some((kind, target)) = Kind::of(&field.ty) {
                let attr = RelationAttr::parse(ctxt, field, &field.attrs);
                let position = relations.len();
                relations.push(Relation::new(
                    ctxt,
                    &input.ident,
                    (ident, field),
                    (kind, target),
                    position,
                    attr,
                ));
            } else {
                let attr = ColumnAttr::parse(ctxt, field, &field.attrs);
                let position = columns.len();
                columns.push(Column::new(
                    ctxt,
                    &input.ident,
                    (ident, field),
                    position,
                    attr,
                ));
            }
        }
        let table = match container.table.value() {
            Some(literal) if literal.value().trim().is_empty() => {
                ctxt.error(&literal, "the table needs a name");
                name::table(&input.ident)
            }
            Some(literal) => literal.value(),
            None => name::table(&input.ident),
        };
        let serde = form::serde(&input.attrs);
        let form = |attr: Option<FormAttr>| attr.map(|attr| Form::new(attr, serde.clone()));
        let eager_defaults = container.eager_defaults.value().flatten();
        Self {
            eager_defaults,
            guards_changes: container.guard.value().unwrap_or_default(),
            input: form(container.input.value()),
            changes: form(container.changes.value()),
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            krate: container.krate.value().unwrap_or_else(default_crate),
            table,
            columns,
            relations,
            checks: container.checks.into_iter().map(Check::from).collect(),
            indexes: container.indexes.into_iter().map(Index::from).collect(),
        }
    }

    /// The column of a field.
    pub(crate) fn column(&self, field: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.ident == *field)
    }

    /// The columns of the primary key, in the order of the fields.
    pub(crate) fn key(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.primary_key)
    }

    /// Whether the database generates the column if its type is an integer: it is the whole key, and nothing else
    /// says where its value comes from.
    pub(crate) fn may_be_generated(&self, column: &Column) -> bool {
        column.primary_key
            && self.key().count() == 1
            && column.references.is_none()
            && column.default.is_none()
            && column.server_default.is_none()
    }

    /// Whether a `BelongsTo` of this struct fills the column.
    pub(crate) fn filled_by_relation(&self, column: &Column) -> bool {
        let Some(reference) = &column.references else {
            return false;
        };
        self.relations.iter().any(|relation| {
            relation.kind == Kind::BelongsTo
                && match &relation.foreign_key {
                    keys if keys.is_empty() => relation.targets(&reference.model),
                    keys => keys.contains(&column.ident),
                }
        })
    }

    /// A span for what concerns the whole struct.
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}

impl From<CheckAttr> for Check {
    fn from(attr: CheckAttr) -> Self {
        Self {
            name: attr.name,
            sql: attr.sql,
        }
    }
}

impl From<IndexAttr> for Index {
    fn from(attr: IndexAttr) -> Self {
        Self {
            name: attr.name,
            columns: attr.columns,
            unique: attr.unique,
        }
    }
}
