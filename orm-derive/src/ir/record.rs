//! A struct that rows are read as, by the names of their columns.

use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use super::model::default_crate;
use super::name;
use crate::attr::record::{RecordAttr, RecordFieldAttr};
use crate::ctxt::Ctxt;

pub(crate) struct Record {
    pub(crate) ident: Ident,
    pub(crate) krate: Path,
    pub(crate) fields: Vec<RecordField>,
    /// Whether the type has parameters, so that nothing can be implemented for it.
    pub(crate) generic: bool,
    /// Whether it is no struct with named fields.
    pub(crate) broken: bool,
}

pub(crate) struct RecordField {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The name of the column; `None` where the field is a struct of several.
    pub(crate) column: Option<String>,
}

impl Record {
    pub(crate) fn new(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let attr = RecordAttr::parse(ctxt, &input.attrs);
        let generic = !input.generics.params.is_empty();
        if generic {
            ctxt.error(
                &input.generics,
                "a struct that rows are read as cannot have generic parameters",
            );
        }
        let named = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => Some(fields),
                _ => None,
            },
            _ => None,
        };
        if named.is_none() {
            ctxt.error(
                &input.ident,
                "rows are read as a struct with named fields: they are its columns; a tuple is read by `columns::<(..)>()`",
            );
        }
        let fields = named.iter().flat_map(|fields| &fields.named);
        let fields = fields.filter_map(|field| {
            let ident = field.ident.clone()?;
            let attr = RecordFieldAttr::parse(ctxt, &field.attrs);
            let flatten = attr.flatten.given();
            let renamed = attr.column.value();
            if let Some(literal) = &renamed
                && literal.value().trim().is_empty()
            {
                ctxt.error(literal, "the column needs a name");
            }
            let column = renamed.map_or_else(|| name::plain(&ident), |literal| literal.value());
            Some(RecordField {
                ty: field.ty.clone(),
                column: (!flatten).then_some(column),
                ident,
            })
        });
        Self {
            ident: input.ident.clone(),
            krate: attr.krate.value().unwrap_or_else(default_crate),
            fields: fields.collect(),
            generic,
            broken: named.is_none(),
        }
    }
}
