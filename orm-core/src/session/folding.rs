//! Asks how the columns of the database compare text, where that matters.

use std::sync::Arc;

use super::Session;
use crate::dialect::BatchText;
use crate::error::Result;
use crate::load::{Branches, Folding, has_text_keys};
use crate::mapping::{Effect, ModelDescriptor, RelationDescriptor};
use crate::reflect::text_rules;
use crate::schema::TextRules;
use crate::unit_of_work::{LinkRows, LinkWrite, Operation};

/// Whether it has to be asked how the columns of pairs compare, before those are taken away.
pub(super) fn takes_text_away(write: &LinkWrite) -> bool {
    let mut ends = write.table.ends().into_iter();
    write.operation == Operation::Delete && ends.any(|end| end.model.has_text_key())
}

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
        if let Some(folding) = Folding::of(relation, &*self.text_rules().await?)? {
            self.state.compares_otherwise(relation)?;
            return Ok(Some(folding));
        }
        match self.state.is_compared_otherwise(relation)? {
            true => Folding::unknown(relation).map(Some),
            false => Ok(None),
        }
    }

    /// The text that takes pairs away whose columns compare text otherwise than the keys that they refer to: the rows of both
    /// ends are read too, so that their own columns compare. `None` where the pairs' own columns tell.
    pub(super) async fn unlink(&mut self, write: &LinkWrite) -> Result<Option<BatchText>> {
        let ends = match write.rows {
            LinkRows::Pairs(_) => write.table.ends().to_vec(),
            LinkRows::Of(_) => vec![&write.table.local],
        };
        let rules = self.text_rules().await?;
        let folds = ends.iter().any(|end| {
            let mut keys = end.keys.iter();
            keys.any(|&key| {
                let name = end.model.columns[key].name;
                rules.folding(end.model.table, name).is_some()
            })
        });
        match folds {
            true => super::text::unlink(&self.engine, write, &ends).map(Some),
            false => Ok(None),
        }
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
