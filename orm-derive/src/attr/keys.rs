//! The names of the attributes, and what to say of another one.

use syn::Ident;

use crate::ctxt::Ctxt;

pub(crate) const CONTAINER: &[&str] = &["table", "check", "index", "unique", "crate"];
pub(crate) const COLUMN: &[&str] = &[
    "primary_key",
    "column",
    "unique",
    "index",
    "default",
    "server_default",
    "references",
    "on_delete",
    "on_update",
];
pub(crate) const RELATION: &[&str] = &["back_populates", "foreign_key", "cascade", "order_by"];
pub(crate) const ENUM: &[&str] = &["crate"];
pub(crate) const VARIANT: &[&str] = &["rename"];

/// Reports an attribute that none of `known` is.
pub(crate) fn unknown(ctxt: &Ctxt, name: &Ident, known: &[&str]) {
    let message = match nearest(&name.to_string(), known.iter().copied()) {
        Some(near) => format!("unknown attribute `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown attribute `{name}`; here stand: {}",
            known.join(", ")
        ),
    };
    ctxt.error(name, message);
}

/// The candidate that `name` most likely was to be.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 4)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added or left out to make `right` of `left`.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_near() {
        assert_eq!(
            nearest("primry_key", COLUMN.iter().copied()),
            Some("primary_key")
        );
        assert_eq!(nearest("uniqe", COLUMN.iter().copied()), Some("unique"));
        assert_eq!(nearest("colour", COLUMN.iter().copied()), Some("column"));
        assert_eq!(nearest("frobnicate", COLUMN.iter().copied()), None);
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("ab", "ab"), 0);
    }
}
