//! How relationships are loaded where a query says nothing: options of a session and of an engine.

use std::sync::Arc;

use super::{Session, SessionOptions};
use crate::engine::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind, Result};
use crate::load::Defaults;
use crate::mapping::{
    AnyLoad, LoadOption, ModelCriteria, ModelDescriptor, ObjectId, Strategy, merge_loads,
};
use crate::sql::Refusal;

/// What the sessions and queries of an engine have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub(super) loads: Loads,
    pub(super) criteria: ModelCriteria,
}

/// Load options, and the first mistake in them, which is told by whoever uses them.
#[derive(Debug, Clone, Default)]
pub(super) struct Loads {
    options: Arc<[LoadOption]>,
    refused: Option<Refusal>,
}

impl Loads {
    pub(super) fn add(&mut self, load: impl AnyLoad) {
        let mut options = self.options.to_vec();
        let merged = load.into_option();
        if let Err(refusal) = merged.and_then(|option| merge_loads(&mut options, option)) {
            self.refused.get_or_insert(refusal);
        }
        self.options = options.into();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.options.is_empty() && self.refused.is_none()
    }

    /// The options, for one object of a model that may be held already.
    ///
    /// # Errors
    /// `InvalidQuery` when there is a mistake in them, when they are of another model, or from a join of a query.
    pub(super) fn checked(&self, model: &'static ModelDescriptor) -> Result<&[LoadOption]> {
        if let Some(refusal) = &self.refused {
            return Err(refusal.to_error());
        }
        for option in self.options.iter() {
            let Some(relation) = option.relation else {
                continue;
            };
            let message = if !option.is_of(model) {
                format!("{relation:?} cannot be loaded with {}", model.name)
            } else if option.strategy == Some(Strategy::FromJoin) {
                format!(
                    "{relation:?} cannot be loaded from a join here, since there is no query that has one"
                )
            } else {
                continue;
            };
            return Err(Error::new(ErrorKind::InvalidQuery, message).with_table(model.table));
        }
        Ok(&self.options)
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
        self.change_common(|common| common.loads.add(load));
        self
    }

    pub(super) fn change_common(&mut self, change: impl FnOnce(&mut Common)) {
        let above = self.above();
        let known = above.take();
        let mut common = known
            .and_then(|known| known.downcast_ref::<Common>().cloned())
            .unwrap_or_default();
        change(&mut common);
        *above = Some(Arc::new(common));
    }
}

impl Engine {
    /// How relationships are loaded where a query says nothing; `None` when nothing is said here either.
    pub(super) fn load_defaults(&self) -> Option<Defaults> {
        let Common { loads, criteria } = self.above::<Common>()?;
        let defaults = Defaults::new([(&loads.options, &loads.refused)]);
        Some(defaults.within(criteria.clone()))
    }
}

impl Session {
    /// How relationships are loaded where a query says nothing; `None` when nothing is said here either.
    pub(super) fn load_defaults(&self) -> Option<Defaults> {
        let own = &self.options.loads;
        let engine = self.engine.above::<Common>();
        let engine = engine.map(|common| &common.loads);
        let engine = engine.filter(|loads| !loads.is_empty());
        let criteria = &self.options.criteria;
        let nothing = own.is_empty() && engine.is_none();
        if nothing && criteria.is_empty() {
            return None;
        }
        let all = [Some(own), engine].into_iter().flatten();
        let defaults = Defaults::new(all.map(|loads| (&loads.options, &loads.refused)));
        Some(defaults.within(criteria.clone()))
    }

    /// Whether what a query of a model reads where nothing is said may be joined to it: what is read by key is read by such a
    /// query then.
    #[inline]
    pub(super) fn may_join(&self, model: &ModelDescriptor) -> bool {
        let mut relations = model.relations.iter();
        relations.any(|relation| relation.options.lazy == Strategy::Joined)
            || !self.options.loads.is_empty()
            || self
                .engine
                .above::<Common>()
                .is_some_and(|common| !common.loads.is_empty())
    }

    /// The same for what is loaded of an object that is held, with the criteria that it carries.
    pub(super) fn defaults_for(&self, id: ObjectId) -> Defaults {
        self.with_carried(self.load_defaults().unwrap_or_default(), id)
    }

    pub(super) fn with_carried(&self, defaults: Defaults, id: ObjectId) -> Defaults {
        match self.state.carried(id) {
            Some(criteria) => defaults.carrying(criteria),
            None => defaults,
        }
    }
}
