//! The prepared statements of one SQLite connection, least recently used first out.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::direct::Db;
use super::statement::Statement;
use crate::error::Result;

/// Prepared statements by their text.
///
/// The text of a compiled statement is shared, so most lookups find the very same allocation: it is known by
/// its address. The entry holds the text, so an address cannot come to mean another.
pub(super) struct Cache {
    capacity: usize,
    clock: u64,
    entries: Vec<Entry>,
    by_text: FxHashMap<Arc<str>, usize>,
    by_address: FxHashMap<usize, usize>,
}

struct Entry {
    sql: Arc<str>,
    statement: Statement,
    used: u64,
}

fn address(sql: &str) -> usize {
    sql.as_ptr() as usize
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            // The statement in use lives here too, so there is always room for one.
            capacity: capacity.max(1),
            clock: 0,
            entries: Vec::new(),
            by_text: FxHashMap::default(),
            by_address: FxHashMap::default(),
        }
    }

    /// The place of `sql`, prepared now if it was not.
    pub(super) fn select(&mut self, db: Db, sql: &str, shared: Option<&Arc<str>>) -> Result<usize> {
        self.clock += 1;
        if let Some(&place) = self.by_address.get(&address(sql)) {
            let entry = &mut self.entries[place];
            if entry.sql.len() == sql.len() {
                entry.used = self.clock;
                return Ok(place);
            }
        }
        if let Some(&place) = self.by_text.get(sql) {
            if let Some(shared) = shared {
                self.adopt(place, Arc::clone(shared));
            }
            self.entries[place].used = self.clock;
            return Ok(place);
        }
        let statement = Statement::prepare(db, sql)?;
        let sql = shared.map_or_else(|| Arc::from(sql), Arc::clone);
        Ok(self.insert(sql, statement))
    }

    pub(super) fn statement(&mut self, place: usize) -> &mut Statement {
        &mut self.entries[place].statement
    }

    pub(super) fn clear(&mut self) {
        self.by_text.clear();
        self.by_address.clear();
        self.entries.clear();
    }

    /// The same text came in another allocation: know it by that one from now on.
    fn adopt(&mut self, place: usize, sql: Arc<str>) {
        self.by_address.remove(&address(&self.entries[place].sql));
        self.by_address.insert(address(&sql), place);
        self.by_text.remove(&self.entries[place].sql);
        self.by_text.insert(Arc::clone(&sql), place);
        self.entries[place].sql = sql;
    }

    fn insert(&mut self, sql: Arc<str>, statement: Statement) -> usize {
        let entry = Entry {
            sql: Arc::clone(&sql),
            statement,
            used: self.clock,
        };
        let oldest = (self.entries.len() >= self.capacity)
            .then(|| (0..self.entries.len()).min_by_key(|place| self.entries[*place].used))
            .flatten();
        let place = match oldest {
            Some(place) => {
                let old = std::mem::replace(&mut self.entries[place], entry);
                self.by_text.remove(&old.sql);
                self.by_address.remove(&address(&old.sql));
                place
            }
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        };
        self.by_address.insert(address(&sql), place);
        self.by_text.insert(sql, place);
        place
    }
}
