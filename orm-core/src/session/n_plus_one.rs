//! Noticing that one relationship or column is loaded again and again, object by object.

use std::panic::Location;

use rustc_hash::FxHashMap;

use super::Session;
use crate::engine::{NPlusOne, RepeatedLoads};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ModelDescriptor, ObjectId, RelationDescriptor};

/// What is asked of the database for one object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lazy {
    Related(&'static RelationDescriptor),
    Count(&'static RelationDescriptor),
    Column(&'static ModelDescriptor, usize),
}

impl Lazy {
    /// What tells it from others: the address of its description, and whether it is only counted.
    fn mark(self) -> (usize, bool) {
        match self {
            Self::Related(relation) => (std::ptr::from_ref(relation).addr(), false),
            Self::Count(relation) => (std::ptr::from_ref(relation).addr(), true),
            Self::Column(model, column) => {
                (std::ptr::from_ref(&model.columns[column]).addr(), false)
            }
        }
    }

    fn model(self) -> &'static ModelDescriptor {
        match self {
            Self::Related(relation) | Self::Count(relation) => (relation.model)(),
            Self::Column(model, _) => model,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Related(relation) => format!("{relation:?}"),
            Self::Count(relation) => format!("{relation:?}.count()"),
            Self::Column(model, column) => {
                format!("{}.{}", model.name, model.columns[column].field)
            }
        }
    }

    /// What to write instead.
    fn instead(self) -> String {
        let model = self.model().name;
        match self {
            Self::Related(relation) => format!(".with({model}::{})", relation.name),
            Self::Count(relation) => format!(
                ".with({model}::{0}), or the count alone: .left_join({model}::{0}).group_by(..) with func::count(..)",
                relation.name
            ),
            Self::Column(_, column) => {
                format!(".undefer({model}::{})", self.model().columns[column].field)
            }
        }
    }
}

/// How often each relationship was loaded lazily, for the objects of each result. Only lazy loads cost anything here, and
/// each of them sends a statement anyway.
#[derive(Debug, Default)]
pub(super) struct LazyLoads {
    /// By relationship, and the first of the slots that the result filled.
    counts: FxHashMap<((usize, bool), u32), usize>,
    /// Those that were warned of.
    warned: Vec<(usize, bool)>,
}

impl Session {
    /// Notes a lazy load that is about to send a statement.
    ///
    /// # Errors
    /// `NotLoaded` when it is one too many and the session refuses those.
    pub(super) fn note_lazy_load(
        &mut self,
        lazy: Lazy,
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
        let mark = lazy.mark();
        let count = self.lazy_loads.counts.entry((mark, siblings.start));
        let count = count.or_default();
        *count += 1;
        if *count < options.threshold || self.lazy_loads.warned.contains(&mark) {
            return Ok(());
        }
        let found = RepeatedLoads {
            relationship: lazy.name(),
            loads: *count,
            siblings: siblings.len(),
            location,
            instead: lazy.instead(),
        };
        if policy == NPlusOne::Refuse {
            return Err(
                Error::new(ErrorKind::NotLoaded, found.to_string()).with_table(lazy.model().table)
            );
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
        self.lazy_loads.warned.push(mark);
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
