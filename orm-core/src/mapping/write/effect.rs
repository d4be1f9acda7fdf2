//! What a statement does to rows that a session may hold as objects.

use super::super::ModelDescriptor;
use super::Change;
use crate::sql::Expr;

/// What a statement does to the rows of one model.
#[derive(Debug)]
pub struct Effect<'a> {
    /// What it does to them.
    pub change: Change,
    /// The model.
    pub model: &'static ModelDescriptor,
    /// Which rows; every one when it is not given.
    pub filter: Option<&'a Expr>,
    /// The columns set, by position, and their values where they follow from the row.
    pub set: Vec<(usize, Option<&'a Expr>)>,
    /// Whether nothing but the row itself says whether it is written, and what.
    pub alone: bool,
    /// Whether the statement may write rows of other models beside.
    pub writes_others: bool,
    /// Whether it goes without the criteria of a session.
    pub free: bool,
    /// What its own criteria say of the rows of the model.
    pub criteria: Option<Expr>,
}

impl<'a> Effect<'a> {
    pub(super) fn new(change: Change, model: &'static ModelDescriptor) -> Self {
        Self {
            change,
            model,
            filter: None,
            set: Vec::new(),
            alone: true,
            writes_others: false,
            free: true,
            criteria: None,
        }
    }

    /// The columns set by these names.
    pub(super) fn sets(&mut self, set: &'a [(crate::sql::Name, Expr)]) {
        let columns = set.iter();
        self.set = columns
            .filter_map(|(name, value)| Some((self.model.column_index(name)?, Some(value))))
            .collect();
    }
}
