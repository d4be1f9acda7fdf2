//! The foreign keys of a model: which columns together refer to which.

use super::{ModelDescriptor, Reference};

/// A foreign key: one column, or several that together refer to a key of several columns.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The constraint's name, by the naming convention `fk_<table>_<columns>`.
    pub name: String,
    /// The columns, by position.
    pub columns: Vec<usize>,
    /// The model referenced.
    pub parent: &'static ModelDescriptor,
    /// The columns referenced, by position in the parent.
    pub remote: Vec<usize>,
    /// The reference of the first column, for its actions.
    pub reference: &'static Reference,
}

impl ModelDescriptor {
    /// The foreign keys, in the order of their first columns.
    ///
    /// Columns that refer to all the columns of one model's composite primary key are one foreign key; every other
    /// reference is a foreign key of its own.
    pub fn foreign_keys(&'static self) -> Vec<ForeignKey> {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let Some(reference) = &column.references else {
                continue;
            };
            let parent = (reference.model)();
            let Some(remote) = parent.column_index(reference.column) else {
                continue;
            };
            let composite = parent.primary_key.len() > 1 && parent.primary_key.contains(&remote);
            let open = keys
                .iter_mut()
                .find(|key| composite && *key.parent == *parent && !key.remote.contains(&remote));
            match open {
                Some(key) => {
                    key.columns.push(index);
                    key.remote.push(remote);
                }
                None => keys.push(ForeignKey {
                    name: String::new(),
                    columns: vec![index],
                    parent,
                    remote: vec![remote],
                    reference,
                }),
            }
        }
        for key in &mut keys {
            let columns: Vec<_> = key
                .columns
                .iter()
                .map(|&column| self.columns[column].name)
                .collect();
            key.name = crate::schema::naming::foreign_key(self.table, &columns);
        }
        keys
    }
}
