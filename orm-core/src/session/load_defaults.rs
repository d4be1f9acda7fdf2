//! How relationships are loaded where a query says nothing: options of a session and of an engine.

use std::sync::Arc;

use super::{Session, SessionOptions};
use crate::engine::{Engine, EngineBuilder};
use crate::load::Defaults;
use crate::mapping::{AnyLoad, LoadOption, merge_loads};
use crate::sql::Refusal;

/// Load options, and the first mistake in them, which is told by whoever uses them.
#[derive(Debug, Clone, Default)]
pub(super) struct Loads {
    options: Arc<[LoadOption]>,
    refused: Option<Refusal>,
}

impl Loads {
    fn add(&mut self, load: impl AnyLoad) {
        let mut options = self.options.to_vec();
        let merged = load.into_option();
        if let Err(refusal) = merged.and_then(|option| merge_loads(&mut options, option)) {
            self.refused.get_or_insert(refusal);
        }
        self.options = options.into();
    }
}

impl SessionOptions {
    /// Sets how a relationship is loaded where a query of this session says nothing of it: a strategy of its own, with
    /// criteria and nested options if need be, or [`Load::all`](crate::mapping::Load::all) for those that are not named.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// use orm_core::mapping::Load;
    ///
    /// # fn example(engine: Engine) {
    /// // No relationship is ever loaded object by object.
    /// let session = engine.session_with(SessionOptions::default().load(Load::all().raise_on_sql()));
    /// # }
    /// ```
    #[must_use]
    pub fn load(mut self, load: impl AnyLoad) -> Self {
        self.loads.add(load);
        self
    }
}

impl EngineBuilder {
    /// Sets how a relationship is loaded where neither a query nor its session says anything of it; see
    /// [`SessionOptions::load`].
    pub fn load(mut self, load: impl AnyLoad) -> Self {
        let above = self.above();
        let known = above.take();
        let mut loads = known
            .and_then(|known| known.downcast_ref::<Loads>().cloned())
            .unwrap_or_default();
        loads.add(load);
        *above = Some(Arc::new(loads));
        self
    }
}

impl Engine {
    /// How relationships are loaded where a query says nothing; `None` when nothing is said here either.
    pub(super) fn load_defaults(&self) -> Option<Defaults> {
        let loads = self.above::<Loads>()?;
        Some(Defaults::new([(&loads.options, &loads.refused)]))
    }
}

impl Session {
    /// How relationships are loaded where a query says nothing; `None` when nothing is said here either.
    pub(super) fn load_defaults(&self) -> Option<Defaults> {
        let own = &self.options.loads;
        let engine = self.engine.above::<Loads>();
        let criteria = &self.options.criteria;
        let nothing = own.options.is_empty() && own.refused.is_none() && engine.is_none();
        if nothing && criteria.is_empty() {
            return None;
        }
        let all = [Some(own), engine].into_iter().flatten();
        let defaults = Defaults::new(all.map(|loads| (&loads.options, &loads.refused)));
        Some(defaults.within(criteria.clone()))
    }
}
