//! The columns of models as text: written once for each model and database.

use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::{Compiler, quote};
use crate::error::Result;
use crate::sql::Lead;

/// The texts, by the addresses of the model and of what the database can do, on which alone they depend. There are no more
/// of them than models in the program.
static TEXTS: RwLock<Option<FxHashMap<[usize; 2], Arc<str>>>> = RwLock::new(None);

impl Compiler<'_> {
    /// Appends all columns of a model.
    pub(super) fn lead(&mut self, lead: &dyn Lead) -> Result<()> {
        let key = [
            std::ptr::from_ref(lead).addr(),
            std::ptr::from_ref(self.capabilities).addr(),
        ];
        // A thread that panicked while it held the lock left a map that is whole, since texts are only ever added.
        let known = TEXTS.read().unwrap_or_else(|held| held.into_inner());
        if let Some(text) = known.as_ref().and_then(|known| known.get(&key)) {
            self.sql.push_str(text);
            return Ok(());
        }
        drop(known);
        let start = self.sql.len();
        let mut position = 0;
        while let Some(column) = lead.column(position) {
            self.push(if position > 0 { ", " } else { "" });
            self.identifier(lead.table())?;
            self.push(".");
            quote::identifier(column, self.capabilities, &mut self.sql)?;
            position += 1;
        }
        let mut known = TEXTS.write().unwrap_or_else(|held| held.into_inner());
        known
            .get_or_insert_default()
            .insert(key, Arc::from(&self.sql[start..]));
        Ok(())
    }
}
