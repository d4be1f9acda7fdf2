//! How the columns of a database compare text, where that is not letter by letter.

use std::collections::BTreeMap;

/// The columns whose text may be equal though it is not the same: by their collation (`NOCASE`, one that is not
/// deterministic) or their type (`citext`, `char(n)`). Most databases have none.
#[derive(Debug, Default)]
pub(crate) struct TextRules {
    /// By table and column in lower case, as a key of both; the type of the column, as the database writes it.
    columns: BTreeMap<String, String>,
}

impl TextRules {
    pub(crate) fn new(columns: impl IntoIterator<Item = (String, String, String)>) -> Self {
        let columns = columns.into_iter();
        Self {
            columns: columns
                .map(|(table, column, sql_type)| (key(&table, &column), sql_type))
                .collect(),
        }
    }

    /// The type of a column whose text may be equal though it is not the same; `None` of all others.
    pub(crate) fn folding(&self, table: &str, column: &str) -> Option<&str> {
        if self.columns.is_empty() {
            return None;
        }
        self.columns.get(&key(table, column)).map(String::as_str)
    }

    /// Whether a table has such a column.
    pub(crate) fn folds_in(&self, table: &str) -> bool {
        let begin = key(table, "");
        let mut after = self.columns.range(begin.clone()..);
        after.next().is_some_and(|(key, _)| key.starts_with(&begin))
    }
}

/// Names that differ in case alone are one: on one of the databases they are, and on the other a column too many costs no
/// more than a join.
fn key(table: &str, column: &str) -> String {
    let mut key = format!("{table}\0{column}");
    key.make_ascii_lowercase();
    key
}

#[cfg(test)]
mod tests {
    use super::TextRules;

    #[test]
    fn columns_are_found_by_table_and_name() {
        let rule = |table: &str, column: &str| (table.into(), column.into(), "citext".into());
        let rules = TextRules::new([rule("Heads", "code"), rule("heads_of", "x")]);
        assert_eq!(rules.folding("heads", "Code"), Some("citext"));
        assert_eq!(rules.folding("heads", "cod"), None);
        assert_eq!(rules.folding("head", "scode"), None);
        assert!(rules.folds_in("heads") && rules.folds_in("HEADS_OF") && !rules.folds_in("head"));
        assert!(!TextRules::default().folds_in("heads"));
    }
}
