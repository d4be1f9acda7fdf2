//! The columns of models as text: written once for each model and database.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::{Compiler, quote};
use crate::error::Result;
use crate::sql::Lead;

thread_local! {
    /// The texts, by the addresses of the model and of what the database can do, on which alone they depend. There are no
    /// more of them than models in the program. Each thread has its own, since a lock that all of them share costs more than
    /// a text.
    static TEXTS: RefCell<FxHashMap<[usize; 2], Box<str>>> = RefCell::default();
}

impl Compiler<'_> {
    /// Appends all columns of a model.
    pub(super) fn lead(&mut self, lead: &dyn Lead) -> Result<()> {
        let key = [
            std::ptr::from_ref(lead).addr(),
            std::ptr::from_ref(self.capabilities).addr(),
        ];
        let known = TEXTS.with_borrow(|texts| {
            let text = texts.get(&key)?;
            self.sql.push_str(text);
            Some(())
        });
        if known.is_some() {
            return Ok(());
        }
        let start = self.sql.len();
        let mut position = 0;
        while let Some(column) = lead.column(position) {
            self.push(if position > 0 { ", " } else { "" });
            self.identifier(lead.table())?;
            self.push(".");
            quote::identifier(column, self.capabilities, &mut self.sql)?;
            position += 1;
        }
        let text = Box::from(&self.sql[start..]);
        TEXTS.with_borrow_mut(|texts| texts.insert(key, text));
        Ok(())
    }
}
