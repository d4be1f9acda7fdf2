//! The model as static data.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr};

use super::{inner, inner_at};
use crate::ir::name::plain;
use crate::ir::{Action, Column, Index, Kind, Maker, Model, Relation, Secondary, Version};

pub(super) fn statics(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let p = inner();
    let (name, table) = (plain(ident), &model.table);
    let columns = model.columns.iter().map(|it| column(model, it));
    let relations = model.relations.iter().map(|it| relation(model, it));
    let relation_count = model.relations.len();
    let key = model.key().map(|column| column.position);
    let checks = model.checks.iter().map(|check| {
        let (name, sql) = (&check.name, &check.sql);
        quote!(#p::CheckDescriptor { name: #name, sql: #sql })
    });
    let indexes = model.indexes.iter().map(|it| index(model, it));
    let version = model.columns.iter().find_map(|column| {
        let known = column.version.as_ref()?;
        Some(version(column, known))
    });
    let defaults: Vec<_> = model.columns.iter().filter_map(update_default).collect();
    let nothing = version.is_none() && defaults.is_empty() && model.eager_defaults.is_none();
    let on_write = if nothing && !model.guards_changes {
        quote!(#p::OnWrite::NOTHING)
    } else {
        let version = option(version);
        let eager = match model.eager_defaults {
            None => quote!(Auto),
            Some(true) => quote!(Always),
            Some(false) => quote!(Never),
        };
        let guard = match model.guards_changes {
            true => quote!(Changed),
            false => quote!(Key),
        };
        quote! {
            #p::OnWrite {
                version: #version,
                defaults: &[#(#defaults),*],
                eager: #p::EagerDefaults::#eager,
                guard: #p::Guard::#guard,
            }
        }
    };
    quote! {
        static __RELATIONS: [#p::RelationDescriptor; #relation_count] = [#(#relations),*];

        static __MODEL: #p::ModelDescriptor = #p::ModelDescriptor {
            name: #name,
            table: #table,
            columns: &[#(#columns),*],
            primary_key: &[#(#key),*],
            relations: &__RELATIONS,
            checks: &[#(#checks),*],
            indexes: &[#(#indexes),*],
            on_write: #on_write,
            type_id: ::core::any::TypeId::of::<#ident>,
            model_type: &#p::TypeOf::<#ident>::NEW,
        };
    }
}

fn column(model: &Model, column: &Column) -> TokenStream {
    let p = inner();
    let ty = as_column(column);
    let (field, name) = (plain(&column.ident), &column.name);
    let mut differs = Vec::new();
    if column.primary_key {
        differs.push(quote!(primary_key: true));
    }
    if model.may_be_generated(column) {
        differs.push(quote!(generated: #ty::SQL_TYPE.is_integer()));
    }
    if column.unique {
        differs.push(quote!(unique: true));
    }
    if column.index {
        differs.push(quote!(index: true));
    }
    if let Some(sql) = &column.server_default {
        differs.push(quote!(server_default: ::core::option::Option::Some(#sql)));
    }
    if column.default.is_some() {
        let default = super::builder::default_name(column);
        differs.push(quote! {
            client_default: ::core::option::Option::Some(|| #p::ToValue::to_value(&#default()))
        });
    }
    if let Some((_, Some(group))) = &column.deferred_attr {
        differs.push(quote!(group: ::core::option::Option::Some(#group)));
    }
    if let Some((_, sql)) = &column.sql {
        let ty = column.inside();
        let is_text = matches!(
            sql,
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(_),
                ..
            })
        );
        let at_sql = inner_at(sql.span());
        let function = if is_text {
            quote_spanned!(sql.span()=> || #at_sql::sql_text(#sql))
        } else {
            quote_spanned!(sql.span()=> || #at_sql::sql_value::<#ty, _>(#sql))
        };
        differs.push(quote!(sql: ::core::option::Option::Some(#function)));
    }
    if let Some((_, sql)) = &column.generated {
        differs.push(quote!(generated_as: ::core::option::Option::Some(#sql)));
    }
    let server_version = matches!(
        &column.version,
        Some(Version {
            maker: Maker::Database,
            ..
        })
    );
    if column.server_on_update.is_some() || server_version {
        differs.push(quote!(server_on_update: true));
    }
    if let Some(reference) = &column.references {
        let (target, path, column_ty) = (&reference.model, &reference.column, &column.ty);
        let at_path = inner_at(path.span());
        let name = quote_spanned!(path.span()=>
            #at_path::references::<#column_ty, _, _>(#path));
        let on_delete = action(column.on_delete.as_ref());
        let on_update = action(column.on_update.as_ref());
        differs.push(quote! {
            references: ::core::option::Option::Some(#p::Reference {
                model: <#target as #p::Model>::descriptor,
                column: #name,
                on_delete: #on_delete,
                on_update: #on_update,
            })
        });
    }
    let new = quote!(#p::ColumnDescriptor::new(#field, #name, #ty::KIND));
    if differs.is_empty() {
        return new;
    }
    quote!(#p::ColumnDescriptor { #(#differs,)* ..#new })
}

fn version(column: &Column, version: &Version) -> TokenStream {
    let (ty, position) = (&column.ty, column.position);
    let p = inner();
    let next = match &version.maker {
        Maker::Generator(path) => {
            let at_path = inner_at(path.span());
            Some(
                quote_spanned!(path.span()=> |previous| #at_path::next_version::<#ty>(#path, previous)),
            )
        }
        Maker::Counter => {
            let at_type = inner_at(ty.span());
            let count = quote_spanned!(ty.span()=> <#ty as #at_type::Counter>::next);
            Some(quote!(|previous| #p::next_version::<#ty>(#count, previous)))
        }
        Maker::Program | Maker::Database => None,
    };
    let next = option(next);
    quote!(#p::Version { column: #position, next: #next })
}

fn update_default(column: &Column) -> Option<TokenStream> {
    let value = column.update_default.as_ref()?;
    let (p, ty, position) = (inner(), &column.ty, column.position);
    let at_value = inner_at(value.span());
    let make = quote_spanned!(value.span()=>
        || #at_value::default_value::<#ty, _>(#value));
    Some(quote!(#p::UpdateDefault { column: #position, value: #make }))
}

/// `<T as ColumnType>`, so that another type is an error at the field's type.
fn as_column(column: &Column) -> TokenStream {
    super::as_column(&inner_at(column.ty.span()), column)
}

fn action(action: Option<&(LitStr, Action)>) -> TokenStream {
    let name = match action.map(|(_, action)| *action) {
        None | Some(Action::Nothing) => quote!(NoAction),
        Some(Action::Restrict) => quote!(Restrict),
        Some(Action::Cascade) => quote!(Cascade),
        Some(Action::SetNull) => quote!(SetNull),
        Some(Action::SetDefault) => quote!(SetDefault),
    };
    let p = inner();
    quote!(#p::ReferenceAction::#name)
}

fn index(model: &Model, index: &Index) -> TokenStream {
    let p = inner();
    let name = option(index.name.as_ref());
    let columns = index
        .columns
        .iter()
        .filter_map(|field| model.column(field))
        .map(|column| &column.name);
    let unique = index.unique;
    quote!(#p::IndexDescriptor { name: #name, columns: &[#(#columns),*], unique: #unique })
}

fn relation(model: &Model, relation: &Relation) -> TokenStream {
    let p = inner();
    let (ident, field, target) = (&model.ident, &relation.ident, &relation.target);
    let name = plain(field);
    let (kind, door) = match relation.kind {
        Kind::HasMany => (quote!(HasMany), quote!(ManyField)),
        Kind::HasOne => (quote!(HasOne), quote!(OneField)),
        Kind::BelongsTo => (quote!(BelongsTo), quote!(OwnerField)),
    };
    let keys = relation
        .foreign_key
        .iter()
        .map(|key| foreign_key(model, relation, key));
    let back = option(relation.back_populates.as_ref().map(plain).as_ref());
    let cascade = cascade(relation);
    let order = relation.order_by.iter().map(|order| {
        let (column, descending) = (&order.column, order.descending);
        quote!(#p::Order::by(#column, #descending))
    });
    let options = options(relation);
    let at_target = inner_at(target.span());
    let as_related = quote_spanned!(target.span()=> <#target as #at_target::Related>);
    let related = quote_spanned!(target.span()=> #as_related::Itself);
    let door = quote_spanned!(target.span()=>
        &#at_target::#door::<#ident, #related>(|model| &mut model.#field));
    quote! {
        #p::RelationDescriptor {
            model: <#ident as #p::Model>::descriptor,
            name: #name,
            kind: #p::RelationKind::#kind,
            target: #as_related::descriptor,
            foreign_key: &[#(#keys),*],
            back_populates: #back,
            cascade: #cascade,
            order_by: &[#(#order),*],
            options: #options,
            field: #door,
            link: #p::LinkCell::new(),
        }
    }
}

fn options(relation: &Relation) -> TokenStream {
    let p = inner();
    let mut differs = Vec::new();
    if let Some(secondary) = &relation.secondary {
        let Secondary {
            table,
            local,
            remote,
            on_delete,
            on_update,
        } = secondary;
        let (on_delete, on_update) = (action(on_delete.as_ref()), action(on_update.as_ref()));
        differs.push(quote! {
            secondary: ::core::option::Option::Some(#p::Secondary {
                table: #table,
                local: &[#(#local),*],
                remote: &[#(#remote),*],
                on_delete: #on_delete,
                on_update: #on_update,
            })
        });
    }
    if let Some((_, all)) = &relation.passive_deletes {
        let which = if *all { quote!(All) } else { quote!(Unloaded) };
        differs.push(quote!(passive_deletes: #p::PassiveDeletes::#which));
    }
    if relation.view_only.is_some() {
        differs.push(quote!(view_only: true));
    }
    if let Some((strategy, _)) = &relation.lazy {
        let strategy = quote::format_ident!("{strategy}");
        differs.push(quote!(lazy: #p::Strategy::#strategy));
    }
    if relation.single_parent.is_some() {
        differs.push(quote!(single_parent: true));
    }
    if let Some((_, false)) = relation.passive_updates {
        differs.push(quote!(passive_updates: false));
    }
    if let Some(filter) = &relation.filter {
        let at_filter = inner_at(filter.span());
        let function = quote_spanned!(filter.span()=> || #at_filter::relation_filter(#filter));
        differs.push(quote!(filter: ::core::option::Option::Some(#function)));
    }
    if differs.is_empty() {
        return quote!(#p::RelationOptions::DEFAULT);
    }
    quote!(#p::RelationOptions { #(#differs,)* ..#p::RelationOptions::DEFAULT })
}

/// The name of a foreign key's column: a field of this struct, or a constant of the related one.
fn foreign_key(model: &Model, relation: &Relation, key: &Ident) -> TokenStream {
    if relation.kind == Kind::BelongsTo {
        return match model.column(key) {
            Some(column) => column.name.to_token_stream(),
            None => plain(key).to_token_stream(),
        };
    }
    let target = &relation.target;
    quote_spanned!(key.span()=> <#target>::#key.name())
}

fn cascade(relation: &Relation) -> TokenStream {
    let p = inner();
    let cascade = relation.cascade;
    for (known, name) in [
        (crate::ir::Cascade::DEFAULT, quote!(DEFAULT)),
        (crate::ir::Cascade::ALL, quote!(ALL)),
        (crate::ir::Cascade::OWNED, quote!(OWNED)),
    ] {
        if cascade == known {
            return quote!(#p::Cascade::#name);
        }
    }
    let words = [
        (cascade.save_update, quote!(save_update)),
        (cascade.merge, quote!(merge)),
        (cascade.refresh_expire, quote!(refresh_expire)),
        (cascade.expunge, quote!(expunge)),
        (cascade.delete, quote!(delete)),
        (cascade.delete_orphan, quote!(delete_orphan)),
    ];
    let words = words.iter().filter(|(set, _)| *set).map(|(_, word)| word);
    quote!(#p::Cascade { #(#words: true,)* ..#p::Cascade::NONE })
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
