//! Loading relationships of objects held: running the plans of `load`.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Session;
use crate::dialect::Compiled;
use crate::engine::Engine;
use crate::error::Result;
use crate::load::{
    self, Branches, Comparison, Found, LoadStatement, Parents, Plan, Purpose, Shares, Source, Step,
};
use crate::mapping::{ModelCriteria, ModelDescriptor, ObjectId, RelationDescriptor, Rows};
use crate::state::Extent;
use crate::types::{Row, RowSink};

/// Reads rows of one model.
pub(super) struct ModelRows(pub(super) Box<dyn Rows>);

impl ModelRows {
    pub(super) fn new(descriptor: &'static ModelDescriptor) -> Self {
        Self(descriptor.model_type.rows())
    }
}

impl RowSink for ModelRows {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.0.read(row, 0)
    }
}

/// Which objects one query has given their values.
#[derive(Default)]
pub(super) struct Fresh {
    /// Those that it has read anew, where it is to overwrite what is held.
    pub(super) read: Option<FxHashSet<ObjectId>>,
    /// What was held before, where the others are to carry criteria.
    pub(super) before: Option<Extent>,
}

impl Fresh {
    /// Those that came since, and nothing else.
    pub(super) fn since(before: Option<Extent>) -> Self {
        let read = None;
        Self { read, before }
    }

    fn contains(&self, id: ObjectId) -> bool {
        let read = self.read.as_ref();
        let before = self.before.as_ref();
        before.is_some_and(|before| before.is_before(id)) || read.is_some_and(|it| it.contains(&id))
    }
}

/// Objects for which the steps of a plan are to be loaded.
pub(super) struct Work {
    pub(super) plan: Plan,
    pub(super) parents: Vec<ObjectId>,
    /// The query that they came from, where it can be repeated.
    pub(super) source: Option<Arc<Source>>,
    /// Those that a relationship followed to its end has been loaded for.
    seen: Option<FxHashSet<ObjectId>>,
}

impl Work {
    pub(super) fn new(plan: Plan, parents: Vec<ObjectId>, source: Option<Arc<Source>>) -> Self {
        Self {
            plan,
            parents,
            source,
            seen: None,
        }
    }
}

/// The text of a statement of a load, and its values; with them the query itself, where another load may repeat it.
pub(super) fn statement(
    engine: &Engine,
    statement: LoadStatement,
    branches: &Branches,
) -> Result<(Compiled, Option<Arc<Source>>)> {
    match statement {
        LoadStatement::Plain(keys) => Ok((super::text::by_key(engine, keys)?, None)),
        LoadStatement::Query(select, binds) => {
            let compiled = branches.compile(engine.statement_cache(), &select, &binds)?;
            let source = Source {
                select: *select,
                binds,
                offset: 0,
            };
            Ok((compiled, Some(Arc::new(source))))
        }
    }
}

impl Session {
    /// Loads the whole of a relationship for all of `parents` that lack it, with at most one statement.
    pub(super) async fn load_related(
        &mut self,
        relation: &'static RelationDescriptor,
        parents: &[ObjectId],
    ) -> Result<()> {
        let step = Step::whole(relation, self.options.criteria.clone());
        let how = (Purpose::Write, &mut Fresh::default());
        self.fetch_step(&step, parents, None, how).await.map(drop)
    }

    /// The same for a flush: what goes along with an object is there whether the criteria of the session show it or not.
    pub(super) async fn load_hidden(
        &mut self,
        relation: &'static RelationDescriptor,
        parents: &[ObjectId],
    ) -> Result<()> {
        let step = Step::whole(relation, ModelCriteria::default());
        let purpose = match self.options.criteria.is_empty() {
            true => Purpose::Write,
            false => Purpose::Hidden,
        };
        let how = (purpose, &mut Fresh::default());
        self.fetch_step(&step, parents, None, how).await.map(drop)
    }

    /// Loads a relationship of an object with the criteria that it carries; all of it when there are none.
    pub(super) async fn load_carried(
        &mut self,
        relation: &'static RelationDescriptor,
        id: ObjectId,
    ) -> Result<()> {
        if self.state.carried(id).is_none() {
            return self.load_related(relation, &[id]).await;
        }
        let plan = Plan::new((relation.target)(), &[], self.defaults_for(id));
        let step = Box::new(Step::of(relation, plan));
        let mut fresh = Fresh::since(Some(self.state.extent()));
        let from = (None, None);
        let more = Box::pin(self.load_step(step, &[id], from, &mut fresh)).await?;
        Box::pin(self.load_plans(more, &mut fresh)).await
    }

    pub(super) fn absorb(
        &mut self,
        descriptor: &'static ModelDescriptor,
        rows: Box<dyn Rows>,
        overwrite: bool,
    ) -> Result<Vec<ObjectId>> {
        let watch = self.watch();
        let arena = self.state.arena_of(descriptor);
        let slots = self.state.arena_mut(arena).absorb(rows, overwrite)?;
        self.notice(watch);
        Ok(slots
            .into_iter()
            .map(|slot| ObjectId { arena, slot })
            .collect())
    }

    /// Takes rows in; those of objects that are not `fresh` yet are overwritten, and fresh from then on.
    fn renew(
        &mut self,
        descriptor: &'static ModelDescriptor,
        rows: Box<dyn Rows>,
        fresh: &mut Fresh,
    ) -> Result<Vec<ObjectId>> {
        let Some(fresh) = &mut fresh.read else {
            return self.absorb(descriptor, rows, false);
        };
        let arena = self.state.arena_of(descriptor);
        let stale = |slot| fresh.insert(ObjectId { arena, slot });
        let slots = self.state.arena_mut(arena).absorb_each(rows, stale)?;
        let ids: Vec<ObjectId> = slots
            .into_iter()
            .map(|slot| ObjectId { arena, slot })
            .collect();
        fresh.extend(ids.iter().copied());
        Ok(ids)
    }

    /// Loads what is loaded with objects of a model by default.
    pub(super) async fn load_beside(
        &mut self,
        descriptor: &'static ModelDescriptor,
        object: ObjectId,
    ) -> Result<()> {
        let defaults = self.load_defaults();
        if defaults.is_none() && Plan::is_idle(descriptor) {
            return Ok(());
        }
        let defaults = self.with_carried(defaults.unwrap_or_default(), object);
        let plan = Plan::new(descriptor, &[], defaults);
        // Only few programs have such defaults, and the others' gets stay small.
        Box::pin(self.load_plan_of(object, plan)).await
    }

    /// Loads what a plan says of one object.
    pub(super) async fn load_plan_of(&mut self, object: ObjectId, plan: Plan) -> Result<()> {
        let before = plan.carried().map(|_| self.state.extent());
        let work = Work::new(plan, vec![object], None);
        self.load_plans([work], &mut Fresh::since(before)).await
    }

    /// Loads what plans say, level by level.
    pub(super) async fn load_plans(
        &mut self,
        work: impl IntoIterator<Item = Work>,
        fresh: &mut Fresh,
    ) -> Result<()> {
        let mut work: VecDeque<Work> = work.into_iter().collect();
        while let Some(now) = work.pop_front() {
            if now.parents.is_empty() {
                continue;
            }
            if let Some(policy) = now.plan.policy() {
                self.state.remember_policy(&now.parents, policy);
            }
            if let Some(criteria) = now.plan.carried() {
                let parents = now.parents.iter().copied();
                let taking = parents.filter(|&id| fresh.contains(id));
                self.state.carry(taking, criteria);
            }
            for step in now.plan.steps()? {
                let from = (now.source.as_deref(), now.seen.as_ref());
                let step = Box::new(step);
                let more = self.load_step(step, &now.parents, from, fresh).await?;
                work.extend(more);
            }
        }
        Ok(())
    }

    /// Loads one relationship for all of `parents` that lack it; what is to be loaded for the objects that it leads to.
    pub(super) async fn load_step(
        &mut self,
        // Boxed, since a future keeps whatever is moved into another.
        step: Box<Step>,
        parents: &[ObjectId],
        (source, seen): (Option<&Source>, Option<&FxHashSet<ObjectId>>),
        fresh: &mut Fresh,
    ) -> Result<Option<Work>> {
        let how = (Purpose::Read, fresh);
        let repeatable = self.fetch_step(&step, parents, source, how).await?;
        if step.plan.is_over()? {
            return Ok(None);
        }
        let mut children = load::children(&self.state, step.relation, parents)?;
        let mut past = None;
        if step.to_end {
            let mut all = seen.cloned().unwrap_or_default();
            all.extend(parents.iter().copied());
            children.retain(|child| !all.contains(child));
            past = Some(all);
        }
        Ok(Some(Work {
            plan: step.plan,
            parents: children,
            source: repeatable,
            seen: past,
        }))
    }

    /// Sends the statement of a step, if there is anything to ask for, and gives every parent its share. The query is
    /// given back where it can be repeated.
    async fn fetch_step(
        &mut self,
        step: &Step,
        parents: &[ObjectId],
        source: Option<&Source>,
        (purpose, fresh): (Purpose, &mut Fresh),
    ) -> Result<Option<Arc<Source>>> {
        let Some(missing) = self.asked(step, parents, purpose)? else {
            return Ok(None);
        };
        let folding = match load::has_text_keys(step.relation)? {
            true => Box::pin(self.folding(step.relation)).await?,
            false => None,
        };
        let comparison = Comparison {
            folding: folding.as_ref(),
            dialect: self.engine.dialect(),
        };
        let load = missing.fetch(step, source, true, comparison)?;
        if !load.branches.list.is_empty() {
            self.foldings(&load.branches).await?;
        }
        let (mut sink, mut query) = (load.sink, None);
        for one in load.statements {
            let (text, repeatable) = statement(&self.engine, one, &load.branches)?;
            sink = self.fetch(text, sink).await?;
            query = repeatable;
        }
        if sink.has_missed() && folding.is_none() && load::has_text_keys(step.relation)? {
            // What is known of the columns is out of date, or could not be asked.
            self.state.compares_otherwise(step.relation)?;
            let again = self.fetch_step(step, parents, source, (purpose, fresh));
            return Box::pin(again).await;
        }
        let (target, joined, keyed) = sink.into_parts();
        let (rows, pairs) = target.split();
        let held = self.renew((step.relation.target)(), rows, fresh)?;
        let found = Shares::by_key(parents.len(), &keyed, &pairs, &held);
        let parents = parents.iter().copied().map(Some);
        load::finish(&mut self.state, step, parents, &found, purpose)?;
        if !joined.is_empty() {
            let own = [held.into_iter().map(Some).collect()];
            self.take_in_branches(&load.branches, joined, &own, fresh)?;
        }
        Ok(query)
    }

    /// What has to be read for a step; `None` when that is nothing, and parents that have nothing for sure know it.
    fn asked(
        &mut self,
        step: &Step,
        parents: &[ObjectId],
        purpose: Purpose,
    ) -> Result<Option<Parents>> {
        let Some(missing) = load::missing(&mut self.state, step, parents, purpose)? else {
            return Ok(None);
        };
        if missing.is_empty() {
            let nothing = Shares::none(parents.len());
            let parents = parents.iter().copied().map(Some);
            load::finish(&mut self.state, step, parents, &nothing, purpose)?;
            return Ok(None);
        }
        Ok(Some(missing))
    }

    /// Takes in what came joined to rows whose own objects are `own`, for each of their entities.
    pub(super) fn take_in_branches(
        &mut self,
        branches: &Branches,
        found: Vec<Found>,
        own: &[Vec<Option<ObjectId>>],
        fresh: &mut Fresh,
    ) -> Result<()> {
        let mut held: Vec<Vec<ObjectId>> = Vec::with_capacity(found.len());
        for (branch, found) in branches.list.iter().zip(found) {
            let (rows, pairs) = found.split();
            let children = self.renew((branch.step.relation.target)(), rows, fresh)?;
            let state = &mut self.state;
            match branch.parent {
                Some(parent) => {
                    let parents = held[parent].iter().copied().map(Some);
                    load::share(state, &branch.step, parents, pairs, &children)?;
                }
                None => {
                    let parents = own[branch.entity].iter().copied();
                    load::share(state, &branch.step, parents, pairs, &children)?;
                }
            }
            held.push(children);
        }
        Ok(())
    }
}
