//! Links made, moved and cut in a random program.

use super::super::held::held;
use super::super::links;
use super::super::model::{Kind, Link};
use super::Program;
use crate::scenarios::press::*;

impl Program {
    pub(super) async fn relink(&mut self) -> orm_core::Result<()> {
        let link = Link::ALL[self.below(9)];
        let Some(child) = self.pick(&self.model.live(link.child())) else {
            return Ok(());
        };
        if link.unique() {
            self.flush().await?;
        }
        let way = self.below(3);
        match self.below(4) {
            0 => {
                if let Some(&parent) = self.model.objects[child].up.get(&link) {
                    self.note(format!(
                        "take {child} out of {parent} by way {way}, {link:?}"
                    ));
                    let (one, other) = (self.handle(child).await?, self.handle(parent).await?);
                    links::part(&mut self.session, link, one, other, way)?;
                    self.model.link(child, link, None);
                }
            }
            1 if link != Link::CoverBook => self.assign(link, child).await?,
            _ => {
                if let Some(parent) = self.pick(&self.model.fitting(child, link)) {
                    self.note(format!("put {child} into {parent} by way {way}, {link:?}"));
                    let (one, other) = (self.handle(child).await?, self.handle(parent).await?);
                    links::join(&mut self.session, link, one, other, way)?;
                    self.model.link(child, link, Some(parent));
                }
            }
        }
        if link.unique() {
            self.flush().await?;
        }
        Ok(())
    }

    /// Makes some of a parent's children and one more the whole of its collection.
    async fn assign(&mut self, link: Link, child: usize) -> orm_core::Result<()> {
        let Some(parent) = self.pick(&self.model.fitting(child, link)) else {
            return Ok(());
        };
        let (mut wanted, mut dropped) = (vec![child], Vec::new());
        for other in self.model.children(parent, link) {
            if other != child {
                match self.below(2) {
                    0 => wanted.push(other),
                    _ => dropped.push(other),
                }
            }
        }
        let way = self.below(2);
        self.note(format!(
            "make {wanted:?} all of {parent}, without {dropped:?}, by way {way}, {link:?}"
        ));
        let (over, handles) = (self.handle(parent).await?, self.handles(&wanted).await?);
        links::assign(&mut self.session, link, over, &handles, way).await?;
        for other in dropped {
            self.model.link(other, link, None);
        }
        for other in wanted {
            self.model.link(other, link, Some(parent));
        }
        Ok(())
    }

    /// Pairs a book with a tag, or parts them.
    pub(super) async fn pair(&mut self) -> orm_core::Result<()> {
        let pairs: Vec<_> = self.model.pairs.iter().copied().collect();
        let (way, part) = (self.below(2), self.below(3) == 0);
        let chosen = if part {
            (!pairs.is_empty()).then(|| pairs[self.below(pairs.len())])
        } else {
            let book = self.pick(&self.model.live(Kind::Book));
            book.zip(self.pick(&self.model.live(Kind::Tag)))
        };
        let Some((b, t)) = chosen else {
            return Ok(());
        };
        let (book, tag) = (
            held!(self.handle(b).await?, Book),
            held!(self.handle(t).await?, Tag),
        );
        let session = &mut self.session;
        if part {
            self.log.push(format!("part {b} and {t} by way {way}"));
            match way {
                0 => book.tags(session).remove(tag)?,
                _ => tag.books(session).remove(book)?,
            }
            self.model.pairs.remove(&(b, t));
            return Ok(());
        }
        if self.model.pairs.contains(&(b, t)) {
            if self.parts {
                return Ok(());
            }
            // Only a loaded collection knows that it has it already.
            book.tags(session).await?;
        }
        self.log.push(format!("pair {b} with {t} by way {way}"));
        match way {
            0 => _ = book.tags(session).push(tag)?,
            _ => _ = tag.books(session).push(book)?,
        }
        self.model.pairs.insert((b, t));
        Ok(())
    }

    /// Makes some tags the whole of a book's, or some books of a tag's.
    pub(super) async fn assign_pairs(&mut self) -> orm_core::Result<()> {
        let way = self.below(3);
        let (kind, others) = if way == 2 {
            (Kind::Tag, Kind::Book)
        } else {
            (Kind::Book, Kind::Tag)
        };
        let Some(whose) = self.pick(&self.model.live(kind)) else {
            return Ok(());
        };
        let mut chosen = self.model.live(others);
        chosen.retain(|_| self.below(2) == 0);
        let (one, handles) = (self.handle(whose).await?, self.handles(&chosen).await?);
        self.note(format!("pair {whose} with {chosen:?} only, by way {way}"));
        let session = &mut self.session;
        if way == 2 {
            let (tag, books) = (held!(one, Tag), handles.into_iter());
            session[tag].books = books.map(|it| held!(it, Book)).collect::<Vec<_>>().into();
            session.add(tag);
        } else {
            let (book, tags) = (held!(one, Book), handles.into_iter());
            let tags: Vec<_> = tags.map(|it| held!(it, Tag)).collect();
            if way == 0 {
                session[book].tags = tags.into();
                session.add(book);
            } else {
                book.tags(session).replace(tags).await?;
            }
        }
        let pairs = &mut self.model.pairs;
        pairs.retain(|&(book, tag)| book != whose && tag != whose);
        pairs.extend(chosen.into_iter().map(|other| match way {
            2 => (other, whose),
            _ => (whose, other),
        }));
        Ok(())
    }

    /// Sets a foreign key instead of a relationship; the flush makes the relationships follow.
    pub(super) async fn by_hand(&mut self) -> orm_core::Result<()> {
        self.flush().await?;
        let (Some(child), Some(parent)) = (
            self.pick(&self.model.live(Kind::Book)),
            self.pick(&self.model.live(Kind::Shelf)),
        ) else {
            return Ok(());
        };
        self.note(format!("set the key of {child} to that of {parent}"));
        let (one, over) = (self.handle(child).await?, self.handle(parent).await?);
        self.unclear = true;
        links::set_key(&mut self.session, one, over);
        self.model.link(child, Link::BookShelf, Some(parent));
        self.flush().await
    }
}
