//! The names that follow from Rust's names when none are given.

use syn::Ident;
use syn::ext::IdentExt as _;

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
}
