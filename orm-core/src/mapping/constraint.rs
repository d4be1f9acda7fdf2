//! The constraints of a model by their names, for errors: the databases tell one half each.

use super::ModelDescriptor;
use crate::schema::naming;
use crate::sql::Name;

impl ModelDescriptor {
    /// The name of the unique constraint or primary key over these columns.
    pub(crate) fn unique_name(&self, columns: &[String]) -> Option<String> {
        let names: Vec<Name> = columns
            .iter()
            .map(|name| Name::from(name.clone()))
            .collect();
        let is_key = self.primary_key.len() == columns.len()
            && self
                .primary_key
                .iter()
                .zip(columns)
                .all(|(&key, name)| self.columns[key].name == name);
        if is_key {
            return Some(naming::primary_key(self.table));
        }
        if let [only] = columns
            && self
                .columns
                .iter()
                .any(|column| column.unique && column.name == only)
        {
            return Some(naming::unique(self.table, &names));
        }
        let index = self
            .indexes
            .iter()
            .find(|index| index.unique && index.columns == columns)?;
        Some(match index.name {
            Some(name) => name.to_owned(),
            None => naming::unique(self.table, &names),
        })
    }

    /// The columns that a CHECK constraint speaks of, by its full name.
    pub(crate) fn check_columns(&self, constraint: &str) -> Vec<&'static str> {
        let named = |name: &str| naming::check(self.table, name) == constraint;
        let Some(check) = self.checks.iter().find(|check| named(check.name)) else {
            // The values of an enum are checked by a constraint that is named like the column.
            let columns = self.columns.iter().map(|column| column.name);
            return columns.filter(|name| named(name)).collect();
        };
        let no_word = |char: char| !(char.is_alphanumeric() || char == '_');
        let said: Vec<&str> = check.sql.split(no_word).collect();
        let columns = self.columns.iter().map(|column| column.name);
        columns.filter(|name| said.contains(name)).collect()
    }
}
