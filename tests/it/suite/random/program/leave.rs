//! Objects that are read anew, leave the session, come back, or are merged, in a random program.

use orm_core::prelude::*;

use super::super::held::{Held, Thing as _, with};
use super::Program;
use crate::scenarios::press::*;

impl Program {
    pub(super) async fn leave(&mut self) -> orm_core::Result<()> {
        let Some(index) = self.any() else {
            return Ok(());
        };
        let held = self.handle(index).await?;
        self.flush().await?;
        let (way, name) = (
            self.below(5),
            format!("{}~", self.model.objects[index].name),
        );
        self.unclear = true;
        let session = &mut self.session;
        match way {
            0 => {
                self.log.push(format!("read {index} anew"));
                with!(held, handle => session.refresh(handle).await?);
            }
            1 => {
                self.log.push(format!("expire {index}"));
                with!(held, handle => session.expire(handle)?);
            }
            2 => {
                self.log.push(format!("expunge {index}"));
                with!(held, handle => drop(unless_round(session.expunge(handle))?));
            }
            3 => {
                self.log.push(format!("expunge and attach {index}"));
                with!(held, handle => {
                    if let Some(plain) = unless_round(session.expunge(handle))? {
                        session.attach(plain)?;
                    }
                });
            }
            _ => {
                self.log.push(format!("merge {index} as {name}"));
                with!(held, handle => {
                    if let Some(mut plain) = unless_round(session.detach(handle))? {
                        plain.call(name.clone());
                        assert_eq!(session.merge(plain).await?, handle);
                        self.model.objects[index].name = name;
                    }
                });
            }
        }
        self.forget_stale();
        Ok(())
    }

    /// Reads what a rollback has expired, since its row may have been read with changes that are gone.
    pub(super) async fn meet_again(&mut self) -> orm_core::Result<()> {
        for (object, held) in self.model.objects.iter().zip(&self.held) {
            if object.live {
                let again =
                    Held::meet(&mut self.session, object.kind, object.key, self.parts).await?;
                assert_eq!(held.unwrap_or(again), again, "{} is another", object.name);
            }
        }
        Ok(())
    }

    /// What left the session is met again by its key.
    fn forget_stale(&mut self) {
        let session = &self.session;
        for held in &mut self.held {
            let stale = |held: &mut Held| with!(*held, handle => session.try_get(handle).is_err());
            held.take_if(stale);
        }
    }

    pub(super) async fn read_again(&mut self) -> orm_core::Result<()> {
        let way = self.below(4);
        self.flush().await?;
        self.note(format!("read again by way {way}"));
        self.unclear |= way == 0;
        let session = &mut self.session;
        match way {
            0 => session.expire_all()?,
            1 => {
                let shelves = Shelf::select()
                    .with(Shelf::books.then(Book::chapters))
                    .with(Shelf::parent);
                session.all(shelves.with(Shelf::tags)).await?;
            }
            2 => {
                let books = Book::select().with(Book::cover).with(Book::shelf);
                session.all(books.with(Book::tags)).await?;
            }
            _ => {
                let teams = Team::select().with(Team::lead.then(Person::team));
                session.all(teams.with(Team::members)).await?;
            }
        }
        Ok(())
    }
}

/// What refers to itself by what is loaded is no tree, and cannot be a plain value.
fn unless_round<T>(plain: orm_core::Result<T>) -> orm_core::Result<Option<T>> {
    match plain {
        Ok(plain) => Ok(Some(plain)),
        Err(error) if error.kind() == ErrorKind::InvalidState => Ok(None),
        Err(error) => Err(error),
    }
}
