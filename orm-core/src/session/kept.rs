//! Rows that a DELETE was to take away, and that are still there.

use std::collections::HashSet;

use super::Session;
use super::load::ModelRows;
use crate::error::{Error, ErrorKind, Result};
use crate::load::ByKey;
use crate::mapping::{AnyModel, Key};
use crate::unit_of_work::{Operation, Write};

/// How many objects a message names.
const NAMED: usize = 10;

/// Whether a reply leaves open what became of the rows of a deletion: other than was sent went.
#[inline]
pub(super) fn is_doubtful(write: &Write, affected: u64) -> bool {
    write.operation == Operation::Delete
        && affected != write.objects.len() as u64
        && !write.one_each()
}

impl Session {
    /// Asks which rows of a deletion are still there, after the database has deleted `affected`. Rows that are gone, by
    /// whatever hand, are what was wanted.
    ///
    /// # Errors
    /// `Database`, with the objects whose rows were kept, or when more rows went than were to; and what the question fails
    /// with.
    #[cold]
    pub(super) async fn check_deleted(&mut self, write: &Write, affected: u64) -> Result<()> {
        let count = write.objects.len();
        let table = write.descriptor.table;
        if affected > count as u64 {
            let message = format!(
                "a DELETE of {count} rows of {table} by their keys deleted {affected}: the key of the model is not unique in \
                 the table, or the table has others that inherit from it; give the model the table's own key"
            );
            return Err(self.name(Error::new(ErrorKind::Database, message), write));
        }
        let keys = write.descriptor.primary_key;
        let mut rows = ByKey::new(write.descriptor, keys, &[]);
        for &id in &write.objects {
            let object = self.state.any(id)?;
            rows.push(keys.iter().map(|&key| object.value(key)));
        }
        let statement = super::text::by_key(&self.engine, rows)?;
        let asked = self
            .connect()
            .await?
            .fetch(statement, ModelRows::new(write.descriptor));
        let found = asked.await?.0;
        let there: HashSet<Key> = (0..found.count())
            .filter_map(|index| Some(found.get(index)?.identity()))
            .collect();
        if there.is_empty() {
            return Ok(());
        }
        let is_there = |object: &dyn AnyModel| there.contains(&object.identity());
        let mut kept = Vec::new();
        for &id in &write.objects {
            if self.state.any(id).is_ok_and(is_there) {
                kept.push(self.state.describe(id));
            }
        }
        let more = match kept.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "a DELETE of {count} rows of {table} deleted {affected}, and still there are {}{more}: a trigger, a rule or the row \
             security of the table kept them without an error; let it raise one, or do not delete the objects",
            kept[..kept.len().min(NAMED)].join(", ")
        );
        let error = Error::new(ErrorKind::Database, message).with_table(table);
        Err(match kept.into_iter().next() {
            Some(first) => error.with_object(first),
            None => error,
        })
    }

    /// Adds the table, and the object if there is only one.
    fn name(&self, error: Error, write: &Write) -> Error {
        let error = error.with_table(write.descriptor.table);
        match (write.object(0), write.objects.len()) {
            (Some(id), 1) => error.with_object(self.state.describe(id)),
            _ => error,
        }
    }
}
