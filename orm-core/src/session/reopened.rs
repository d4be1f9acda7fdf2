//! Rows that are read before a flush writes them: of objects that were expired and then changed.

use std::collections::HashMap;

use super::Session;
use super::load::ModelRows;
use crate::error::Result;
use crate::load::ByKey;
use crate::mapping::{Key, ObjectId};
use crate::state::State;
use crate::unit_of_work::Plan;

impl Session {
    /// Reads what an expired object that is to be written has to be compared with: its version, its old values, or what the
    /// program may have assigned again.
    #[cold]
    pub(super) async fn read_first(&mut self) -> Result<()> {
        let mut models: HashMap<u32, Vec<ObjectId>> = HashMap::new();
        for id in self.state.to_read_first() {
            models.entry(id.arena).or_default().push(id);
        }
        for (arena, objects) in models {
            for part in objects.chunks(Plan::ROWS) {
                self.read_part(arena, part).await?;
            }
        }
        Ok(())
    }

    async fn read_part(&mut self, arena: u32, objects: &[ObjectId]) -> Result<()> {
        let model = self.state.arena(arena).descriptor;
        let mut rows = ByKey::new(model, model.primary_key, &[]);
        let mut keys = Vec::with_capacity(objects.len());
        for &id in objects {
            let key = self.state.stored_key(id)?;
            keys.push(State::key_from(&key));
            rows.push(key);
        }
        let statement = super::text::by_key(&self.engine, rows)?;
        let found = self.fetch(statement, ModelRows::new(model)).await?.0;
        let places: HashMap<Key, usize> = (0..found.count())
            .filter_map(|index| Some((found.get(index)?.identity(), index)))
            .collect();
        for (&id, key) in objects.iter().zip(keys) {
            let place = key.and_then(|key| places.get(&key));
            match place.and_then(|&index| found.get(index)) {
                Some(row) => self.state.take_fresh(id, row)?,
                None => self.state.found_none(id)?,
            }
        }
        Ok(())
    }
}
