//! One random program: each step is done to a session and to the model.

mod leave;
mod relink;
mod stream;
mod transaction;

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::{Life, Savepoint};

use super::compare;
use super::held::{Held, held, with};
use super::links;
use super::model::{Kind, Link, Model, Object};
use crate::scenarios::press::*;

/// What is done, and where the choices it makes begin: a program that lacks some steps does the others all the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    what: usize,
    choices: u64,
}

/// The next number, by xorshift.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random >> 33
}

impl Step {
    pub(super) fn many(seed: u64, count: usize) -> Vec<Self> {
        let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
        (0..count)
            .map(|_| Self {
                what: next(&mut random) as usize % 41,
                choices: random,
            })
            .collect()
    }
}

pub(super) struct Program {
    engine: Engine,
    session: Session,
    model: Model,
    committed: Model,
    /// The open savepoints, each with the model as it was.
    points: Vec<(Savepoint, Model)>,
    /// For each object of the model: its handle, if the session has met it.
    held: Vec<Option<Held>>,
    /// Whether it is not clear how an object is linked that a rollback makes transient.
    unclear: bool,
    random: u64,
    /// Whether objects are met under criteria, so that they show parts of their collections.
    parts: bool,
    pub(super) log: Vec<String>,
}

impl Program {
    pub(super) fn new(engine: &Engine, parts: bool) -> Self {
        Self {
            engine: engine.clone(),
            session: engine.session(),
            model: Model::default(),
            committed: Model::default(),
            points: Vec::new(),
            held: Vec::new(),
            unclear: false,
            random: 1,
            parts,
            log: Vec::new(),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        next(&mut self.random) as usize % bound
    }

    fn pick(&mut self, from: &[usize]) -> Option<usize> {
        (!from.is_empty()).then(|| from[self.below(from.len())])
    }

    /// Any live object.
    fn any(&mut self) -> Option<usize> {
        let first = self.below(8);
        let kinds = (0..8).map(|n| Kind::ALL[(first + n) % 8]);
        let live = kinds.map(|kind| self.model.live(kind));
        let live: Vec<_> = live.filter(|live| !live.is_empty()).collect();
        live.first().and_then(|live| self.pick(live))
    }

    fn note(&mut self, step: impl Into<String>) {
        self.log.push(step.into());
    }

    pub(super) async fn run(&mut self, steps: &[Step]) -> orm_core::Result<()> {
        self.open();
        for step in steps {
            self.random = step.choices;
            match step.what {
                0..7 => self.add().await?,
                7 => self.add_tree().await?,
                8..13 => self.relink().await?,
                13..16 => self.pair().await?,
                16 => self.assign_pairs().await?,
                17..19 => self.rename().await?,
                19..22 => self.delete().await?,
                22 => self.flush().await?,
                23..25 => self.look().await?,
                25 => self.read_again().await?,
                26 => self.rollback().await?,
                27..30 => self.commit().await?,
                30..33 => self.set_point().await?,
                33 => self.back_to_point().await?,
                34 => self.release_point().await?,
                35..38 => self.leave().await?,
                38 => self.by_hand().await?,
                39 => self.stream().await?,
                _ => self.fail().await?,
            }
        }
        self.commit().await
    }

    fn open(&mut self) {
        let autoflush = self.below(4) > 0;
        self.note(format!("open, autoflush {autoflush}"));
        let options = SessionOptions::default().autoflush(autoflush);
        let expire = self.below(6) == 0;
        self.session = self.engine.session_with(options.expire_on_commit(expire));
        self.held.iter_mut().for_each(|held| *held = None);
    }

    async fn handle(&mut self, index: usize) -> orm_core::Result<Held> {
        if let Some(held) = self.held[index] {
            return Ok(held);
        }
        let object = &self.model.objects[index];
        let held = Held::meet(&mut self.session, object.kind, object.key, self.parts).await?;
        self.held[index] = Some(held);
        Ok(held)
    }

    async fn handles(&mut self, indices: &[usize]) -> orm_core::Result<Vec<Held>> {
        let mut handles = Vec::new();
        for &index in indices {
            handles.push(self.handle(index).await?);
        }
        Ok(handles)
    }

    /// Takes a new object into the model.
    fn new_object(&mut self, kind: Kind) -> (usize, String) {
        let index = self.model.objects.len();
        let name = format!("{kind:?}{index}");
        self.model.objects.push(Object {
            kind,
            name: name.clone(),
            up: Default::default(),
            live: true,
            key: (0, 0),
        });
        self.held.push(None);
        (index, name)
    }

    async fn add(&mut self) -> orm_core::Result<()> {
        let kind = Kind::ALL[self.below(8)];
        let mut up = Vec::new();
        for link in Link::of_child(kind) {
            if link.required() || self.below(3) > 0 {
                let parents = self.model.live(link.parent());
                up.extend(self.pick(&parents).map(|parent| (link, parent)));
            }
        }
        let required = Link::of_child(kind).filter(|link| link.required()).count();
        if up.len() < required {
            return Ok(());
        }
        if let (Kind::Member, [(_, team), (_, person)]) = (kind, &up[..])
            && self.model.member(Some(team), Some(person)).is_some()
        {
            return Ok(());
        }
        let unique = kind == Kind::Cover && !up.is_empty();
        if unique {
            // One row gives up a unique value that another takes: in one flush that works for NULL only.
            self.flush().await?;
        }
        for &(_, parent) in &up {
            self.handle(parent).await?;
        }
        let (index, name) = self.new_object(kind);
        let ways: Vec<_> = up.iter().map(|_| self.below(3)).collect();
        self.note(format!("add {name} to {up:?} by ways {ways:?}"));
        let new = Held::add(&mut self.session, kind, name);
        self.held[index] = Some(new);
        for ((link, parent), way) in up.into_iter().zip(ways) {
            let over = self.handle(parent).await?;
            links::join(&mut self.session, link, new, over, way)?;
            self.model.link(index, link, Some(parent));
        }
        if unique {
            self.flush().await?;
        }
        Ok(())
    }

    /// Adds a book with chapters, a cover and tags, all new, in one piece.
    async fn add_tree(&mut self) -> orm_core::Result<()> {
        let shelf = self.pick(&self.model.live(Kind::Shelf));
        let over = match shelf {
            Some(shelf) => BelongsTo::from(held!(self.handle(shelf).await?, Shelf)),
            None => BelongsTo::none(),
        };
        let mut tags = self.model.live(Kind::Tag);
        tags.retain(|_| self.below(3) == 0);
        let mut handles = Vec::new();
        for held in self.handles(&tags).await? {
            handles.push(held!(held, Tag));
        }
        let (book, name) = self.new_object(Kind::Book);
        let (one, first) = self.new_object(Kind::Chapter);
        let (two, second) = self.new_object(Kind::Chapter);
        let (cover, art) = self.new_object(Kind::Cover);
        self.note(format!(
            "add {name} with {one}, {two} and {cover} on {shelf:?} with tags {tags:?}"
        ));
        let chapter = |name| Chapter {
            name,
            ..Default::default()
        };
        let session = &mut self.session;
        let new = session.add(Book {
            name,
            shelf: over,
            chapters: [chapter(first), chapter(second)].into(),
            cover: Cover {
                name: art,
                ..Default::default()
            }
            .into(),
            tags: handles.into(),
            ..Default::default()
        });
        let chapters = new.chapters(session).await?;
        self.held[cover] = new.cover(session).await?.map(Held::Cover);
        self.held[book] = Some(Held::Book(new));
        self.held[one] = Some(Held::Chapter(chapters[0]));
        self.held[two] = Some(Held::Chapter(chapters[1]));
        for chapter in [one, two] {
            self.model.link(chapter, Link::ChapterBook, Some(book));
        }
        self.model.link(cover, Link::CoverBook, Some(book));
        if shelf.is_some() {
            self.model.link(book, Link::BookShelf, shelf);
        }
        self.model.pairs.extend(tags.iter().map(|&tag| (book, tag)));
        Ok(())
    }

    async fn rename(&mut self) -> orm_core::Result<()> {
        let Some(index) = self.any() else {
            return Ok(());
        };
        let name = format!("{}'", self.model.objects[index].name);
        self.note(format!("rename {index} to {name}"));
        let held = self.handle(index).await?;
        super::program::call(&mut self.session, held, name.clone());
        self.model.objects[index].name = name;
        Ok(())
    }

    async fn delete(&mut self) -> orm_core::Result<()> {
        let Some(index) = self.any() else {
            return Ok(());
        };
        let (held, regret) = (self.handle(index).await?, self.below(6) == 0);
        let session = &mut self.session;
        with!(held, handle => {
            if session.life(handle)? == Life::Pending {
                self.log.push("flush".into());
                session.flush().await?;
            }
            session.delete(handle)?;
            if regret {
                session.add(handle);
            }
        });
        if regret {
            self.note(format!("delete {index}, and take it back"));
        } else {
            self.note(format!("delete {index}"));
            self.model.delete(index);
            self.unclear = true;
        }
        Ok(())
    }

    async fn flush(&mut self) -> orm_core::Result<()> {
        self.note("flush");
        self.session.flush().await?;
        self.note_keys();
        Ok(())
    }

    /// The keys of what is in the database, by which it is found again.
    fn note_keys(&mut self) {
        for (object, held) in self.model.objects.iter_mut().zip(&self.held) {
            if let Some(held) = held.filter(|_| object.live) {
                object.key = held.key(&self.session);
            }
        }
    }

    /// Looks at some relationships in the middle of it all.
    async fn look(&mut self) -> orm_core::Result<()> {
        // What is to be deleted is still to be seen until the flush.
        self.flush().await?;
        for _ in 0..3 {
            if let Some(index) = self.any() {
                self.note(format!("look at {index}"));
                let held = self.handle(index).await?;
                compare::one(&mut self.session, &self.model, index, held, self.parts).await?;
            }
        }
        Ok(())
    }

    async fn look_everywhere(&mut self) -> orm_core::Result<()> {
        for index in 0..self.model.objects.len() {
            if self.model.objects[index].live {
                let held = self.handle(index).await?;
                compare::one(&mut self.session, &self.model, index, held, self.parts).await?;
            }
        }
        Ok(())
    }
}

pub(super) fn call(session: &mut Session, held: Held, name: String) {
    use super::held::Thing as _;
    with!(held, handle => session[handle].call(name));
}
