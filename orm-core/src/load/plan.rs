//! What is loaded beside the objects of a query: a tree of steps, each a relationship with its strategy and criteria.
//! Tracked and owned loading, and what is loaded later on first access, all follow it.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{
    Criteria, Depth, LoadOption, LoadPolicy, ModelCriteria, ModelDescriptor, RelationDescriptor,
    Strategy,
};
use crate::sql::{Name, Refusal};

/// What a session and its engine say of relationships that a query says nothing of, the nearest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Defaults {
    lists: Vec<Arc<[LoadOption]>>,
    refused: Option<Refusal>,
    /// The conditions on rows.
    criteria: ModelCriteria,
    /// Those of them that came with the query, and are carried by its objects.
    carried: ModelCriteria,
}

/// What is loaded beside the objects of one model at one place of the tree. It is worked out level by level, since it may
/// have no end.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    policy: Arc<LoadPolicy>,
    defaults: Defaults,
}

/// One relationship, and what is loaded beside the objects that it leads to.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) relation: &'static RelationDescriptor,
    pub(crate) strategy: Strategy,
    pub(crate) criteria: Option<Arc<Criteria>>,
    /// The name of its rows in the query, where they come from a join that is there anyway.
    pub(crate) joined_as: Option<Name>,
    pub(crate) to_end: bool,
    /// The deferred columns that come with its rows.
    pub(crate) undeferred: Vec<usize>,
    /// Whether the query asked for this strategy in so many words.
    pub(crate) asked: bool,
    pub(crate) plan: Plan,
}

/// How a relationship is loaded.
struct Choice<'p> {
    strategy: Strategy,
    /// What was said of it in particular.
    option: Option<&'p LoadOption>,
    /// Whether the query asked for the strategy in so many words.
    asked: bool,
}

impl Defaults {
    pub(crate) fn new<'a>(
        all: impl IntoIterator<Item = (&'a Arc<[LoadOption]>, &'a Option<Refusal>)>,
    ) -> Self {
        let mut defaults = Self::default();
        for (options, refused) in all {
            if !options.is_empty() {
                defaults.lists.push(Arc::clone(options));
            }
            if defaults.refused.is_none() {
                defaults.refused.clone_from(refused);
            }
        }
        defaults
    }

    /// With the conditions on rows that hold for all of a session.
    pub(crate) fn within(mut self, criteria: ModelCriteria) -> Self {
        self.criteria = criteria;
        self
    }

    /// With those too that came with a query.
    pub(crate) fn carrying(mut self, criteria: &ModelCriteria) -> Self {
        self.criteria = self.criteria.and(criteria);
        self.carried = criteria.clone();
        self
    }

    fn of(&self, relation: &'static RelationDescriptor) -> Option<&LoadOption> {
        self.lists.iter().find_map(|options| {
            let is = |option: &&LoadOption| {
                option
                    .relation
                    .is_some_and(|known| std::ptr::eq(known, relation))
            };
            options
                .iter()
                .find(is)
                .or_else(|| options.iter().find(|option| option.relation.is_none()))
        })
    }
}

impl Step {
    /// The whole of a relationship, and nothing beside it.
    pub(crate) fn whole(relation: &'static RelationDescriptor, criteria: ModelCriteria) -> Self {
        let policy = LoadPolicy::nothing((relation.target)());
        let plan = Plan {
            policy: Arc::new(policy),
            defaults: Defaults::default().within(criteria),
        };
        Self::of(relation, plan)
    }

    /// A relationship, and what is loaded beside the objects that it leads to.
    pub(crate) fn of(relation: &'static RelationDescriptor, plan: Plan) -> Self {
        Self {
            relation,
            strategy: Strategy::SelectIn,
            criteria: None,
            joined_as: None,
            to_end: false,
            undeferred: Vec::new(),
            asked: false,
            plan,
        }
    }

    /// The conditions on rows, of the session and of the query.
    pub(super) fn row_criteria(&self) -> &ModelCriteria {
        &self.plan.defaults.criteria
    }

    /// Whether they concern its rows.
    pub(super) fn is_restricted(&self) -> Result<bool> {
        self.is_concerned(self.row_criteria())
    }

    /// Whether what it finds is not for sure the whole relationship: what the session never shows is no part of it, what one
    /// query leaves out is.
    pub(super) fn is_part(&self) -> Result<bool> {
        Ok(self.is_chosen() || self.is_concerned(&self.plan.defaults.carried)?)
    }

    /// Whether the rows were chosen for this relationship.
    pub(super) fn is_chosen(&self) -> bool {
        self.criteria.is_some() || self.joined_as.is_some()
    }

    fn is_concerned(&self, criteria: &ModelCriteria) -> Result<bool> {
        if criteria.is_empty() {
            return Ok(false);
        }
        let between = self.relation.link()?.table.as_ref();
        Ok(criteria.concern((self.relation.target)().table)
            || between.is_some_and(|table| criteria.concern(table.table)))
    }
}

impl Plan {
    /// The plan for the objects of a query.
    pub(crate) fn new(
        model: &'static ModelDescriptor,
        options: &[LoadOption],
        defaults: Defaults,
    ) -> Self {
        Self {
            policy: Arc::new(LoadPolicy::new(model, options, None, Vec::new())),
            defaults,
        }
    }

    /// The plan that an object remembers.
    pub(crate) fn remembered(policy: Arc<LoadPolicy>, defaults: Defaults) -> Self {
        Self { policy, defaults }
    }

    /// The model of the objects.
    pub(super) fn model(&self) -> &'static ModelDescriptor {
        self.policy.model
    }

    /// Whether nothing is loaded beside objects of a model when nobody says so, as for most.
    pub(crate) fn is_idle(model: &'static ModelDescriptor) -> bool {
        let mut relations = model.relations.iter();
        !relations.any(|it| it.options.lazy.is_eager())
    }

    /// What the objects remember, if it says anything of what is loaded later.
    pub(crate) fn policy(&self) -> Option<&Arc<LoadPolicy>> {
        self.policy.is_remembered().then_some(&self.policy)
    }

    /// The conditions that its objects carry; `None` when there are none.
    pub(crate) fn carried(&self) -> Option<&ModelCriteria> {
        let carried = &self.defaults.carried;
        (!carried.is_empty()).then_some(carried)
    }

    /// What is loaded with the query.
    ///
    /// # Errors
    /// `InvalidQuery` when a relationship is asked for that is never loaded as a whole.
    pub(crate) fn steps(&self) -> Result<Vec<Step>> {
        if let Some(refusal) = &self.defaults.refused {
            return Err(refusal.to_error());
        }
        let mut steps = Vec::new();
        for relation in self.policy.model.relations {
            let choice = self.choose(relation)?;
            if choice.strategy.is_eager() {
                steps.push(self.take(relation, &choice));
            }
        }
        Ok(steps)
    }

    /// Whether nothing is to be done for its objects.
    ///
    /// # Errors
    /// As [`Plan::steps`].
    pub(crate) fn is_over(&self) -> Result<bool> {
        let told = self.policy().is_some() || self.carried().is_some();
        if told || self.defaults.refused.is_some() {
            return Ok(false);
        }
        for relation in self.policy.model.relations {
            if self.choose(relation)?.strategy.is_eager() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether something is joined to the rows of its objects.
    ///
    /// # Errors
    /// As [`Plan::steps`].
    pub(super) fn joins(&self) -> Result<bool> {
        for relation in self.policy.model.relations {
            if self.choose(relation)?.strategy.is_joined() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How a relationship is loaded.
    ///
    /// # Errors
    /// As [`Plan::steps`].
    pub(crate) fn step(&self, relation: &'static RelationDescriptor) -> Result<Step> {
        Ok(self.take(relation, &self.choose(relation)?))
    }

    /// How a relationship is loaded, and who says so.
    fn choose(&self, relation: &'static RelationDescriptor) -> Result<Choice<'_>> {
        let own = relation.options.lazy;
        let is = |option: &&LoadOption| {
            option
                .relation
                .is_some_and(|known| std::ptr::eq(known, relation))
        };
        let said = self.policy.options.iter().find(is);
        let default = match (said, self.policy.others) {
            (Some(_), _) | (_, Some(_)) => None,
            _ => self.defaults.of(relation),
        };
        let eager = if own.is_eager() {
            own
        } else {
            Strategy::SelectIn
        };
        let mut strategy = match (said, self.policy.others, default) {
            (Some(said), _, _) => said.strategy.unwrap_or(eager),
            (None, Some(others), _) => others,
            (None, None, Some(default)) => default.strategy.unwrap_or(eager),
            (None, None, None) => own,
        };
        if own == Strategy::WriteOnly {
            if said.is_some() && strategy.is_eager() {
                return Err(never_read(relation));
            }
            strategy = own;
        }
        // What nobody asked for in this query does not go round in circles.
        if said.is_none() && strategy.is_eager() && self.comes_again(relation) {
            strategy = Strategy::Lazy;
        }
        Ok(Choice {
            strategy,
            option: said.or(default.filter(|default| default.relation.is_some())),
            asked: said.is_some_and(|said| said.strategy.is_some()),
        })
    }

    fn take(&self, relation: &'static RelationDescriptor, choice: &Choice<'_>) -> Step {
        let option = choice.option;
        Step {
            relation,
            strategy: choice.strategy,
            criteria: option.and_then(|option| option.criteria.clone()),
            joined_as: option.and_then(|option| option.joined_as.clone()),
            to_end: option.is_some_and(|option| option.depth == Depth::ToEnd),
            undeferred: option.map_or(Vec::new(), |option| option.undeferred.clone()),
            asked: choice.asked,
            plan: self.after(relation, option),
        }
    }

    /// The plan for the objects that a relationship leads to.
    fn after(&self, relation: &'static RelationDescriptor, option: Option<&LoadOption>) -> Self {
        let mut nested = option.map_or(Vec::new(), |option| option.nested.clone());
        if let Some(option) = option
            && let Some(depth) = option.depth.next()
            && option
                .relation
                .is_some_and(|it| (it.target)() == (it.model)())
        {
            let again = LoadOption {
                depth,
                ..option.clone()
            };
            nested.push(again);
        }
        // An eager strategy for all holds at its own level only: further on it would load the whole database.
        let others = self.policy.others.filter(|others| !others.is_eager());
        let mut path = self.policy.path.clone();
        if !path.iter().any(|before| std::ptr::eq(*before, relation)) {
            // What is carried from one lazy load to the next has no end.
            path.push(relation);
        }
        let policy = LoadPolicy::new((relation.target)(), &nested, others, path);
        Self {
            policy: Arc::new(policy),
            defaults: self.defaults.clone(),
        }
    }

    /// Whether a relationship, or the model that it leads to, has been met on the way here.
    fn comes_again(&self, relation: &'static RelationDescriptor) -> bool {
        let (path, target) = (&self.policy.path, (relation.target)());
        let met = path.iter().any(|before| std::ptr::eq(*before, relation));
        let models = path.iter().map(|before| (before.model)());
        met || models
            .chain([self.policy.model])
            .any(|model| *model == *target)
            && *target != *self.policy.model
    }
}

#[cold]
pub(crate) fn never_read(relation: &'static RelationDescriptor) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!(
            "{relation:?} is write_only, so it is never loaded as a whole; read it by .query(), which can be filtered and \
             limited"
        ),
    )
    .with_table((relation.model)().table)
}
