//! What an object remembers of the options of the query that loaded it.

use super::super::{ModelDescriptor, RelationDescriptor};
use super::{LoadOption, Strategy};

/// The options for the objects at one place of the tree that a query loads.
#[derive(Debug, Clone)]
pub(crate) struct LoadPolicy {
    pub(crate) model: &'static ModelDescriptor,
    /// Those of single relationships.
    pub(crate) options: Vec<LoadOption>,
    /// That of all others.
    pub(crate) others: Option<Strategy>,
    /// The way that led here.
    pub(crate) path: Vec<&'static RelationDescriptor>,
}

impl LoadPolicy {
    /// The options for objects of `model`, `others` being what holds where nothing is said.
    pub(crate) fn new(
        model: &'static ModelDescriptor,
        options: &[LoadOption],
        others: Option<Strategy>,
        path: Vec<&'static RelationDescriptor>,
    ) -> Self {
        let (mut single, mut all) = (Vec::new(), None);
        for option in options.iter().filter(|option| option.is_of(model)) {
            match option.relation {
                Some(_) => single.push(option.clone()),
                None => all = Some(option.strategy.unwrap_or(Strategy::SelectIn)),
            }
        }
        Self {
            model,
            options: single,
            others: all.or(others),
            path,
        }
    }

    /// Nothing is loaded beside objects of this model, whatever their relationships' own defaults are.
    pub(crate) fn nothing(model: &'static ModelDescriptor) -> Self {
        Self::new(model, &[], Some(Strategy::Lazy), Vec::new())
    }

    /// Whether it says what is to be done when a relationship is first asked for.
    pub(crate) fn is_remembered(&self) -> bool {
        let later = |strategy: Option<Strategy>| strategy.is_some_and(|it| !it.is_eager());
        later(self.others) || self.options.iter().any(|option| later(option.strategy))
    }
}
