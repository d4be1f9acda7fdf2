//! Noticing that one relationship is loaded again and again, object by object.

use std::panic::Location;

use rustc_hash::FxHashMap;

use super::Session;
use crate::engine::{NPlusOne, RepeatedLoads};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ObjectId, RelationDescriptor};

/// How often each relationship was loaded lazily, for the objects of each result. Only lazy loads cost anything here, and
/// each of them sends a statement anyway.
#[derive(Debug, Default)]
pub(super) struct LazyLoads {
    /// By relationship, and the first of the slots that the result filled.
    counts: FxHashMap<(usize, u32), usize>,
    /// The relationships that were warned of.
    warned: Vec<usize>,
}

impl Session {
    /// Notes a lazy load that is about to send a statement.
    ///
    /// # Errors
    /// `NotLoaded` when it is one too many and the session refuses those.
    pub(super) fn note_lazy_load(
        &mut self,
        relation: &'static RelationDescriptor,
        parent: ObjectId,
        location: &'static Location<'static>,
    ) -> Result<()> {
        let options = self.engine.n_plus_one();
        let policy = self.options.n_plus_one.unwrap_or(options.policy);
        if policy == NPlusOne::Ignore {
            return Ok(());
        }
        // An object that came alone has nothing to be loaded together with.
        let Some(siblings) = self.state.arena(parent.arena).siblings(parent.slot) else {
            return Ok(());
        };
        let address = std::ptr::from_ref(relation).addr();
        let count = self.lazy_loads.counts.entry((address, siblings.start));
        let count = count.or_default();
        *count += 1;
        if *count < options.threshold || self.lazy_loads.warned.contains(&address) {
            return Ok(());
        }
        let found = RepeatedLoads {
            relationship: format!("{relation:?}"),
            loads: *count,
            siblings: siblings.len(),
            location,
            instead: format!(".with({}::{})", (relation.model)().name, relation.name),
        };
        if policy == NPlusOne::Refuse {
            return Err(Error::new(ErrorKind::NotLoaded, found.to_string())
                .with_table((relation.model)().table));
        }
        tracing::warn!(
            target: "orm::n_plus_one",
            relationship = found.relationship,
            loads = found.loads,
            siblings = found.siblings,
            location = %found.location,
            instead = found.instead,
            "{found}"
        );
        for listener in &options.listeners {
            listener(&found);
        }
        self.lazy_loads.warned.push(address);
        Ok(())
    }
}

impl super::SessionOptions {
    /// Sets what this session does when it loads one relationship object by object, whatever the engine was told.
    #[must_use]
    pub fn n_plus_one(mut self, policy: NPlusOne) -> Self {
        self.n_plus_one = Some(policy);
        self
    }
}
