//! The names that follow from Rust's names when none are given.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt as _;
use syn::parse::Parse;

/// The table of a struct: its name in snake case, with an `s` (`OrderItem` → `order_items`).
pub(crate) fn table(ident: &Ident) -> String {
    format!("{}s", snake_case(&ident.unraw().to_string()))
}

/// The name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The name in snake case (`HTTPServer2` → `http_server2`).
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() && index > 0 && letters[index - 1] != '_' {
            let after_lower = !letters[index - 1].is_uppercase();
            let before_lower = letters
                .get(index + 1)
                .is_some_and(|next| next.is_lowercase());
            if after_lower || before_lower {
                snake.push('_');
            }
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Writes the struct's name for `Self`, which means another type in a builder, and none in a static.
pub(crate) fn without_self<T: ToTokens + Parse + Clone>(syntax: &T, model: &Ident) -> T {
    // What was parsed once parses again: only a name has changed.
    syn::parse2(replace(syntax.to_token_stream(), model)).unwrap_or_else(|_| syntax.clone())
}

fn replace(tokens: TokenStream, model: &Ident) -> TokenStream {
    let one = |tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => {
            let mut name = model.clone();
            name.set_span(ident.span());
            TokenTree::Ident(name)
        }
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), replace(group.stream(), model));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        other => other,
    };
    tokens.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_cases() {
        assert_eq!(snake_case("Author"), "author");
        assert_eq!(snake_case("OrderItem"), "order_item");
        assert_eq!(snake_case("HTTPServer2"), "http_server2");
        assert_eq!(snake_case("already_snake"), "already_snake");
        assert_eq!(snake_case("A"), "a");
    }

    #[test]
    fn tables_are_plural() {
        let ident = syn::parse_str::<Ident>("OrderItem").unwrap();
        assert_eq!(table(&ident), "order_items");
    }

    #[test]
    fn self_is_named() {
        let ident = syn::parse_str::<Ident>("Node").unwrap();
        let ty = syn::parse_str::<syn::Type>("Option<(Self, [Self; 2])>").unwrap();
        let named = without_self(&ty, &ident).to_token_stream().to_string();
        assert_eq!(named, "Option < (Node , [Node ; 2]) >");
    }
}
