//! Results that are read piece by piece: what is loaded beside the objects of each.

use super::load::Work;
use super::query::{fresh_objects, objects};
use super::{Session, Track};
use crate::engine::Engine;
use crate::error::Result;
use crate::load::{Defaults, Entities};
use crate::mapping::{Query, Shape};

/// Says no to what cannot be loaded for each piece by itself, before anything is sent.
fn check(query: &impl Query, defaults: Option<Defaults>) -> Result<()> {
    match Entities::of(query, defaults)? {
        Some(entities) => entities.by_pieces(),
        None => Ok(()),
    }
}

impl Engine {
    /// # Errors
    /// `InvalidQuery` when something cannot be loaded for each piece by itself.
    pub(super) fn check_pieces(&self, query: &impl Query) -> Result<()> {
        check(query, self.load_defaults())
    }
}

impl Session {
    /// # Errors
    /// `InvalidQuery` when something cannot be loaded for each piece by itself.
    pub(super) fn check_pieces(&self, query: &impl Query) -> Result<()> {
        check(query, self.load_defaults())
    }

    /// Takes in rows that are a piece of a result, and loads what is loaded beside their objects.
    pub(super) async fn take_piece<Q: Query>(
        &mut self,
        query: &Q,
        rows: Vec<<Q::Shape as Shape>::Owned>,
    ) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        let Some(entities) = Entities::of(query, self.load_defaults())? else {
            return self.track(query, rows);
        };
        let before = entities.carry().then(|| self.state.extent());
        let tracked = self.track(query, rows)?;
        let own = objects::<Q>(&tracked, &entities);
        let mut fresh = fresh_objects(query, &own, before);
        let work = entities.plans().zip(own).map(|(plan, objects)| {
            let objects = objects.into_iter().flatten().collect();
            Work::new(plan.clone(), objects, None)
        });
        let work: Vec<Work> = work.collect();
        Box::pin(self.load_plans(work, &mut fresh)).await?;
        Ok(tracked)
    }
}
