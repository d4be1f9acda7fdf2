//! Commit, rollback, savepoints and failing flushes in a random program.

use orm_core::prelude::*;
use orm_core::session::Life;

use super::super::compare;
use super::super::held::{Thing as _, held, with};
use super::super::model::{Kind, Link, Model, Object};
use super::Program;

impl Program {
    pub(super) async fn commit(&mut self) -> orm_core::Result<()> {
        self.note("commit");
        self.session.commit().await?;
        self.points.clear();
        self.unclear = false;
        self.note_keys();
        self.committed = self.model.clone();
        let rows = compare::database(&self.engine, &self.model).await?;
        compare::fresh(&self.engine, &self.model).await?;
        if self.below(3) == 0 {
            self.open();
        }
        self.look_everywhere().await?;
        for (object, held) in self.model.objects.iter().zip(&self.held) {
            if let Some(held) = held.filter(|_| object.live) {
                let row = &rows[&(object.kind, object.name.clone())];
                assert_eq!(&held.columns(&self.session), row, "{}", object.name);
            }
        }
        match self.below(3) {
            0 => self.open(),
            1 => self.session.expire_all()?,
            _ => {}
        }
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> orm_core::Result<()> {
        self.note("rollback");
        self.session.rollback().await?;
        self.given_up().await
    }

    /// Everything since the last commit is gone.
    async fn given_up(&mut self) -> orm_core::Result<()> {
        self.points.clear();
        let gone = self.model.clone();
        self.model.back_to(&self.committed);
        self.meet_again().await?;
        if self.below(2) == 0 {
            compare::database(&self.engine, &self.model).await?;
            self.look_everywhere().await?;
        }
        self.add_again(&gone).await
    }

    pub(super) async fn set_point(&mut self) -> orm_core::Result<()> {
        self.note(format!("savepoint inside {}", self.points.len()));
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
        self.note(format!("back to savepoint {depth}"));
        let (point, before) = self.points[depth].clone();
        self.points.truncate(depth);
        self.session.rollback_to(point).await?;
        self.back_to(&before).await
    }

    async fn back_to(&mut self, before: &Model) -> orm_core::Result<()> {
        let gone = self.model.clone();
        self.model.back_to(before);
        self.meet_again().await?;
        if self.below(2) == 0 {
            self.look_everywhere().await?;
        }
        self.add_again(&gone).await
    }

    pub(super) async fn release_point(&mut self) -> orm_core::Result<()> {
        if self.points.is_empty() {
            return Ok(());
        }
        let depth = self.below(self.points.len());
        self.note(format!("release savepoint {depth}"));
        let point = self.points[depth].0;
        self.points.truncate(depth);
        self.session.release(point).await?;
        self.note_keys();
        Ok(())
    }

    /// Adds an object anew that the rollback made transient; it is linked as it was.
    async fn add_again(&mut self, gone: &Model) -> orm_core::Result<()> {
        // What was marked for deletion is linked after all, and what was expired knows its links by its row only.
        if self.unclear {
            self.unclear &= !self.points.is_empty();
            return Ok(());
        }
        for (index, object) in gone.objects.iter().enumerate() {
            let (Some(held), false) = (self.held[index], self.model.objects[index].live) else {
                continue;
            };
            let session = &mut self.session;
            let transient =
                with!(held, handle => session.life(handle).is_ok_and(|it| it == Life::Transient));
            // Others would come along, or be taken from where they are.
            let alone = !matches!(object.kind, Kind::Cover | Kind::Member)
                && Link::of_parent(object.kind).all(|link| gone.children(index, link).is_empty())
                && gone.partners(index).is_empty()
                && object.up.iter().all(|(link, &parent)| {
                    *link != Link::TagShelf && self.model.objects[parent].live
                });
            if object.live && transient && alone && next_is_even(&mut self.random) {
                // The database may give the key it had to another row meanwhile.
                with!(held, handle => {
                    session[handle].without_key();
                    session.add(handle);
                });
                // Columns that were changed after the first flush have their values of then.
                let name = held.name(&self.session);
                self.note(format!("add {index} again as {name}"));
                self.model.objects[index] = Object {
                    name,
                    ..object.clone()
                };
            }
        }
        Ok(())
    }

    /// A flush that the database refuses: nothing more is written until the program goes back, to the innermost savepoint or
    /// wholly.
    pub(super) async fn fail(&mut self) -> orm_core::Result<()> {
        let Some(index) = self.pick(&self.model.live(Kind::Book)) else {
            return Ok(());
        };
        let book = held!(self.handle(index).await?, Book);
        // Where the relationship has been assigned, it is what counts.
        self.flush().await?;
        self.note(format!("set the key of {index} to no shelf, and flush"));
        self.session[book].shelf_id = Some(-1);
        let error = self.session.flush().await.expect_err("no such shelf");
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
        let error = self.session.commit().await.expect_err("something is lost");
        assert_eq!(error.kind(), ErrorKind::PendingRollback, "{error}");
        match self.points.pop() {
            Some((point, before)) => {
                self.session.rollback_to(point).await?;
                self.back_to(&before).await
            }
            None => {
                self.session.rollback().await?;
                self.given_up().await
            }
        }
    }
}

fn next_is_even(random: &mut u64) -> bool {
    super::next(random).is_multiple_of(2)
}
