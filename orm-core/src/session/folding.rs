//! Asks how the columns of the database compare text, where that matters.

use std::sync::Arc;

use super::Session;
use crate::error::Result;
use crate::load::{Branches, Folding, has_text_keys};
use crate::mapping::{Effect, ModelDescriptor, RelationDescriptor};
use crate::reflect::text_rules;
use crate::schema::TextRules;

impl Session {
    /// How the columns of the database compare text; asked for once for an engine.
    pub(super) async fn text_rules(&mut self) -> Result<Arc<TextRules>> {
        if let Some(known) = self.engine.text_rules() {
            return Ok(known);
        }
        let engine = self.engine.clone();
        let found = text_rules(&engine, self.connect().await?).await;
        self.give_back();
        found
    }

    /// How the keys of a relationship are compared; `None` where they are letter by letter.
    pub(super) async fn folding(
        &mut self,
        relation: &'static RelationDescriptor,
    ) -> Result<Option<Folding>> {
        let folding = Folding::of(relation, &*self.text_rules().await?)?;
        if folding.is_some() {
            self.state.compares_otherwise(relation)?;
        }
        Ok(folding)
    }

    /// Whether the database may find a row of a model by a key that is not the same as its own.
    pub(super) async fn folds_key(&mut self, model: &'static ModelDescriptor) -> Result<bool> {
        if !model.has_text_key() {
            return Ok(false);
        }
        let rules = Box::pin(self.text_rules()).await?;
        let mut keys = model.primary_key.iter();
        Ok(keys.any(|&key| {
            rules
                .folding(model.table, model.columns[key].name)
                .is_some()
        }))
    }

    /// Asks how the text of the model that a statement writes is compared, where that decides which of its objects it
    /// concerns.
    pub(super) async fn learn_texts(&mut self, effect: Option<Effect<'_>>) -> Result<()> {
        let Some(effect) = effect else { return Ok(()) };
        let model = effect.model;
        let mut columns = model.columns.iter();
        if self.state.held(model).is_empty() || !columns.any(|it| it.sql_type.is_textual()) {
            return Ok(());
        }
        if Box::pin(self.text_rules()).await?.folds_in(model.table) {
            self.state.compares_inexactly(model);
        }
        Ok(())
    }

    /// The same of what was joined to a query, whose rows are told by their parents' anyway: the state is to know it.
    pub(super) async fn foldings(&mut self, branches: &Branches) -> Result<()> {
        for branch in &branches.list {
            if has_text_keys(branch.step.relation)? {
                Box::pin(self.folding(branch.step.relation)).await?;
            }
        }
        Ok(())
    }
}
