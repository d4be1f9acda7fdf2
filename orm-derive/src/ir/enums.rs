//! An enum stored by the labels of its variants.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Data, DeriveInput, Fields, Ident, Path};

use super::model::default_crate;
use super::name;
use crate::attr::variant::{EnumAttr, VariantAttr};
use crate::ctxt::Ctxt;

pub(crate) struct Enum {
    pub(crate) ident: Ident,
    pub(crate) krate: Path,
    /// The enum's name, in snake case.
    pub(crate) name: String,
    pub(crate) variants: Vec<Variant>,
    /// Whether the type has parameters, so that nothing can be implemented for it.
    pub(crate) generic: bool,
    /// Whether a variant is missing for a mistake in it, or all are since this is no enum.
    pub(crate) broken: bool,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) label: String,
}

impl Enum {
    pub(crate) fn new(ctxt: &Ctxt, input: &DeriveInput) -> Self {
        let attr = EnumAttr::parse(ctxt, &input.attrs);
        let generic = !input.generics.params.is_empty();
        if generic {
            ctxt.error(
                &input.generics,
                "an enum with generic parameters cannot be stored by the name of its variant",
            );
        }
        let mut variants = Vec::new();
        let mut broken = false;
        match &input.data {
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    ctxt.error(
                        &input.ident,
                        "the enum needs a variant: its labels are what the column holds",
                    );
                }
                for variant in &data.variants {
                    let variant = Variant::new(ctxt, variant);
                    broken |= variant.is_none();
                    variants.extend(variant);
                }
            }
            _ => {
                broken = true;
                ctxt.error(
                    &input.ident,
                    "DbEnum is for enums; a struct becomes a table by #[derive(Model)]",
                );
            }
        }
        unique_labels(ctxt, &variants);
        Self {
            ident: input.ident.clone(),
            krate: attr.krate.value().unwrap_or_else(default_crate),
            name: name::snake_case(&name::plain(&input.ident)),
            variants: variants.into_iter().map(|(variant, _)| variant).collect(),
            generic,
            broken,
        }
    }
}

impl Variant {
    /// The variant, and where its label stands.
    fn new(ctxt: &Ctxt, variant: &syn::Variant) -> Option<(Self, TokenStream)> {
        let attr = VariantAttr::parse(ctxt, &variant.attrs);
        if !matches!(variant.fields, Fields::Unit) {
            ctxt.error(
                &variant.fields,
                format!(
                    "the column holds only the variant's name: `{}` cannot have fields",
                    variant.ident
                ),
            );
            return None;
        }
        let renamed = attr.rename.value();
        let token = renamed.as_ref().map_or_else(
            || variant.ident.to_token_stream(),
            |literal| literal.to_token_stream(),
        );
        let label = renamed.map_or_else(
            || name::snake_case(&name::plain(&variant.ident)),
            |literal| literal.value(),
        );
        let ident = variant.ident.clone();
        Some((Self { ident, label }, token))
    }
}

fn unique_labels(ctxt: &Ctxt, variants: &[(Variant, TokenStream)]) {
    let mut seen = HashMap::new();
    for (variant, token) in variants {
        if let Some(first) = seen.insert(&variant.label, &variant.ident) {
            ctxt.error(
                token,
                format!(
                    "`{}` has the label \"{}\" already; give one of them another by #[orm(rename = \"..\")]",
                    first, variant.label
                ),
            );
        }
    }
}
