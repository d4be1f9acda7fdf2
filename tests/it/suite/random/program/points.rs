//! Savepoints in a random program.

use super::Program;

impl Program {
    pub(super) async fn set_point(&mut self) -> orm_core::Result<()> {
        self.log
            .push(format!("savepoint inside {}", self.points.len()));
        let point = self.session.savepoint().await?;
        self.note_keys();
        self.points.push((point, self.model.clone()));
        Ok(())
    }

    /// Goes back to one of the open savepoints, often with changes that no flush has written.
    pub(super) async fn back_to_point(&mut self) -> orm_core::Result<()> {
        if self.points.is_empty() {
            return Ok(());
        }
        let depth = self.below(self.points.len());
        self.log.push(format!("back to savepoint {depth}"));
        let (point, before) = self.points[depth].clone();
        self.points.truncate(depth);
        self.session.rollback_to(point).await?;
        self.model.back_to(&before);
        self.meet_again().await?;
        if self.below(2) == 0 {
            self.compare_all().await
        } else {
            Ok(())
        }
    }

    pub(super) async fn release_point(&mut self) -> orm_core::Result<()> {
        if self.points.is_empty() {
            return Ok(());
        }
        let depth = self.below(self.points.len());
        self.log.push(format!("release savepoint {depth}"));
        let point = self.points[depth].0;
        self.points.truncate(depth);
        self.session.release(point).await
    }
}
