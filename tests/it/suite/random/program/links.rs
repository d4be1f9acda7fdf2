//! The ways to link a child to a parent, and to part them.

use orm_core::prelude::*;

use super::super::model::Kind;
use super::super::world::{Held, held};
use super::Program;
use crate::scenarios::library::*;

impl Program {
    /// Links a child to a parent, by one of the ways there are.
    pub(super) fn join(&mut self, child: Held, parent: Held) -> orm_core::Result<()> {
        let way = self.below(3);
        let session = &mut self.session;
        match (child, parent) {
            (Held::Shelf(child), Held::Shelf(parent)) => match way {
                0 => session[child].parent = parent.into(),
                1 => _ = child.parent(session).set(parent)?,
                _ => _ = parent.children(session).push(child)?,
            },
            (Held::Book(child), Held::Shelf(parent)) => match way {
                0 => session[child].shelf = parent.into(),
                1 => _ = child.shelf(session).set(parent)?,
                _ => _ = parent.books(session).push(child)?,
            },
            (Held::Chapter(child), Held::Book(parent)) => match way {
                0 => session[child].book = parent.into(),
                1 => _ = child.book(session).set(parent)?,
                _ => _ = parent.chapters(session).push(child)?,
            },
            (Held::Cover(child), Held::Book(parent)) => match way {
                0 => session[child].book = parent.into(),
                1 => _ = child.book(session).set(parent)?,
                _ => session[parent].cover = child.into(),
            },
            _ => panic!("{child:?} cannot be in {parent:?}"),
        }
        Ok(())
    }

    pub(super) fn part(&mut self, child: Held, parent: Held) -> orm_core::Result<()> {
        let way = self.below(2);
        let session = &mut self.session;
        match (child, parent) {
            (Held::Shelf(child), Held::Shelf(parent)) => match way {
                0 => session[child].parent = BelongsTo::none(),
                _ => parent.children(session).remove(child)?,
            },
            (Held::Book(child), Held::Shelf(parent)) => match way {
                0 => child.shelf(session).clear()?,
                _ => parent.books(session).remove(child)?,
            },
            (Held::Chapter(child), Held::Book(parent)) => match way {
                0 => session[child].book = BelongsTo::none(),
                _ => parent.chapters(session).remove(child)?,
            },
            (Held::Cover(child), Held::Book(parent)) => match way {
                0 => session[child].book = BelongsTo::none(),
                _ => parent.cover(session).clear()?,
            },
            _ => panic!("{child:?} cannot be in {parent:?}"),
        }
        Ok(())
    }

    /// Makes some of a parent's children and one more the whole of its collection.
    pub(super) async fn assign(&mut self, child: usize, parents: &[usize]) -> orm_core::Result<()> {
        let Some(parent) = self.pick(parents) else {
            return Ok(());
        };
        let kind = self.model.objects[child].kind;
        let (mut wanted, mut dropped) = (vec![child], Vec::new());
        for other in self.model.children(parent, kind) {
            if other != child {
                if self.below(2) == 0 {
                    wanted.push(other)
                } else {
                    dropped.push(other)
                }
            }
        }
        self.log.push(format!(
            "make {wanted:?} all of {parent}, without {dropped:?}"
        ));
        let mut handles = Vec::new();
        for &index in &wanted {
            handles.push(self.handle(index).await?);
        }
        let over = self.handle(parent).await?;
        let session = &mut self.session;
        match (over, kind) {
            (Held::Shelf(over), Kind::Shelf) => {
                session[over].children = handles
                    .iter()
                    .map(|&one| held!(one, Shelf))
                    .collect::<Vec<_>>()
                    .into();
            }
            (Held::Shelf(over), _) => {
                session[over].books = handles
                    .iter()
                    .map(|&one| held!(one, Book))
                    .collect::<Vec<_>>()
                    .into();
            }
            (Held::Book(over), _) => {
                session[over].chapters = handles
                    .iter()
                    .map(|&one| held!(one, Chapter))
                    .collect::<Vec<_>>()
                    .into();
            }
            _ => panic!("{over:?} has no collection"),
        }
        // Two fields assigned with nothing in between have no order.
        match over {
            Held::Shelf(over) => _ = session.add(over),
            Held::Book(over) => _ = session.add(over),
            _ => {}
        }
        for other in dropped {
            self.model.link(other, None);
        }
        for other in wanted {
            self.model.link(other, Some(parent));
        }
        Ok(())
    }
}
