//! One random program: each step is done to a session and to the model.

mod compare;
mod leave;
mod links;
mod points;

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::{Life, Savepoint};

use super::model::{Kind, Model, Object};
use super::world::{Held, empty, held, stored};
use crate::scenarios::library::*;

pub(super) struct Program {
    engine: Engine,
    session: Session,
    model: Model,
    committed: Model,
    /// The open savepoints, each with the model as it was.
    points: Vec<(Savepoint, Model)>,
    /// For each object of the model: its handle, if the session has met it, and its key, once it is committed.
    held: Vec<Option<Held>>,
    keys: Vec<i64>,
    random: u64,
    pub(super) log: Vec<String>,
}

impl Program {
    pub(super) fn new(engine: &Engine, seed: u64) -> Self {
        Self {
            engine: engine.clone(),
            session: engine.session(),
            model: Model::default(),
            committed: Model::default(),
            points: Vec::new(),
            held: Vec::new(),
            keys: Vec::new(),
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03,
            log: Vec::new(),
        }
    }

    /// A number below `bound`, by xorshift.
    fn below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 33) % bound as u64) as usize
    }

    fn pick(&mut self, from: &[usize]) -> Option<usize> {
        (!from.is_empty()).then(|| from[self.below(from.len())])
    }

    fn kind(&mut self) -> Kind {
        Kind::ALL[self.below(4)]
    }

    pub(super) async fn run(&mut self, steps: usize) -> orm_core::Result<()> {
        empty(&self.engine).await?;
        self.open();
        for _ in 0..steps {
            match self.below(26) {
                0..5 => self.add().await?,
                5..10 => self.relink().await?,
                10 => self.rename().await?,
                11..13 => self.delete().await?,
                13 => self.flush().await?,
                14..16 => self.look().await?,
                16 => self.read_again().await?,
                17 => self.rollback().await?,
                18 => self.commit().await?,
                19..21 => self.set_point().await?,
                21 => self.back_to_point().await?,
                22 => self.release_point().await?,
                23..25 => self.leave().await?,
                _ => self.by_hand().await?,
            }
        }
        self.commit().await
    }

    fn open(&mut self) {
        let autoflush = self.below(4) > 0;
        self.log.push(format!("open, autoflush {autoflush}"));
        self.session = self
            .engine
            .session_with(SessionOptions::default().autoflush(autoflush));
        self.held.iter_mut().for_each(|held| *held = None);
    }

    async fn handle(&mut self, index: usize) -> orm_core::Result<Held> {
        if self.held[index].is_none() {
            let kind = self.model.objects[index].kind;
            self.held[index] = Some(Held::get(&mut self.session, kind, self.keys[index]).await?);
        }
        Ok(self.held[index].expect("met above"))
    }

    async fn add(&mut self) -> orm_core::Result<()> {
        let kind = self.kind();
        let parents = self.model.live(kind.parent());
        let parent = if kind == Kind::Chapter || self.below(3) > 0 {
            self.pick(&parents)
        } else {
            None
        };
        if kind == Kind::Chapter && parent.is_none() {
            return Ok(());
        }
        if kind == Kind::Cover {
            // One row gives up a unique value that another takes: in one flush that works for NULL only.
            self.flush().await?;
        }
        let index = self.model.objects.len();
        let name = format!("{kind:?}{index}");
        self.log.push(format!("add {name} to {parent:?}"));
        self.model.objects.push(Object {
            kind,
            name: name.clone(),
            parent: None,
            live: true,
        });
        self.keys.push(0);
        let over = match parent {
            Some(parent) => Some(self.handle(parent).await?),
            None => None,
        };
        let inside = self.below(2) == 0;
        let session = &mut self.session;
        let new = match (kind, over.filter(|_| inside)) {
            (Kind::Shelf, None) => Held::Shelf(session.add(shelf(&name))),
            (Kind::Book, None) => Held::Book(session.add(book(&name))),
            (Kind::Chapter, None) => Held::Chapter(session.add(chapter(&name))),
            (Kind::Cover, None) => Held::Cover(session.add(cover(&name))),
            (Kind::Shelf, Some(over)) => Held::Shelf(session.add(Shelf {
                parent: held!(over, Shelf).into(),
                ..shelf(&name)
            })),
            (Kind::Book, Some(over)) => Held::Book(session.add(Book {
                shelf: held!(over, Shelf).into(),
                ..book(&name)
            })),
            (Kind::Chapter, Some(over)) => {
                Held::Chapter(held!(over, Book).chapters(session).push(chapter(&name))?)
            }
            (Kind::Cover, Some(over)) => {
                Held::Cover(held!(over, Book).cover(session).set(cover(&name))?)
            }
        };
        self.held.push(Some(new));
        if let (Some(over), false) = (over, inside) {
            self.join(new, over)?;
        }
        self.model.link(index, parent);
        if kind == Kind::Cover {
            self.flush().await?;
        }
        Ok(())
    }

    async fn relink(&mut self) -> orm_core::Result<()> {
        let kind = self.kind();
        let Some(child) = self.pick(&self.model.live(kind)) else {
            return Ok(());
        };
        let mut parents = self.model.live(kind.parent());
        parents.retain(|&parent| kind != Kind::Shelf || !self.model.is_within(parent, child));
        if kind == Kind::Cover {
            self.flush().await?;
        }
        match self.below(4) {
            0 => {
                if let Some(parent) = self.model.objects[child].parent {
                    self.log.push(format!("take {child} out of {parent}"));
                    let (one, other) = (self.handle(child).await?, self.handle(parent).await?);
                    self.part(one, other)?;
                    self.model.link(child, None);
                }
            }
            1 if kind != Kind::Cover => self.assign(child, &parents).await?,
            _ => {
                if let Some(parent) = self.pick(&parents) {
                    self.log.push(format!("put {child} into {parent}"));
                    let (one, other) = (self.handle(child).await?, self.handle(parent).await?);
                    self.join(one, other)?;
                    self.model.link(child, Some(parent));
                }
            }
        }
        if kind == Kind::Cover {
            self.flush().await?;
        }
        Ok(())
    }

    async fn rename(&mut self) -> orm_core::Result<()> {
        let kind = self.kind();
        let Some(index) = self.pick(&self.model.live(kind)) else {
            return Ok(());
        };
        let name = format!("{}'", self.model.objects[index].name);
        self.log.push(format!("rename {index} to {name}"));
        let handle = self.handle(index).await?;
        match handle {
            Held::Shelf(handle) => self.session[handle].label = name.clone(),
            Held::Book(handle) => self.session[handle].title = name.clone(),
            Held::Chapter(handle) => self.session[handle].title = name.clone(),
            Held::Cover(handle) => self.session[handle].art = name.clone(),
        }
        self.model.objects[index].name = name;
        Ok(())
    }

    /// Sets a foreign key instead of a relationship; the flush makes the relationships follow.
    async fn by_hand(&mut self) -> orm_core::Result<()> {
        self.flush().await?;
        let (Some(child), Some(parent)) = (
            self.pick(&self.model.live(Kind::Book)),
            self.pick(&self.model.live(Kind::Shelf)),
        ) else {
            return Ok(());
        };
        self.log
            .push(format!("set the key of {child} to that of {parent}"));
        let (one, over) = (
            held!(self.handle(child).await?, Book),
            held!(self.handle(parent).await?, Shelf),
        );
        self.session[one].shelf_id = Some(self.session[over].id);
        self.model.link(child, Some(parent));
        self.flush().await
    }

    async fn delete(&mut self) -> orm_core::Result<()> {
        let kind = self.kind();
        let Some(index) = self.pick(&self.model.live(kind)) else {
            return Ok(());
        };
        let handle = self.handle(index).await?;
        let session = &mut self.session;
        macro_rules! delete {
            ($handle:expr) => {{
                if session.life($handle)? == Life::Pending {
                    self.log.push("flush".into());
                    session.flush().await?;
                }
                session.delete($handle)?;
            }};
        }
        match handle {
            Held::Shelf(handle) => delete!(handle),
            Held::Book(handle) => delete!(handle),
            Held::Chapter(handle) => delete!(handle),
            Held::Cover(handle) => delete!(handle),
        }
        self.log.push(format!("delete {index}"));
        self.model.delete(index);
        Ok(())
    }

    async fn flush(&mut self) -> orm_core::Result<()> {
        self.log.push("flush".into());
        self.session.flush().await
    }

    /// Looks at some relationships in the middle of it all.
    async fn look(&mut self) -> orm_core::Result<()> {
        // What is to be deleted is still to be seen until the flush.
        self.flush().await?;
        for _ in 0..3 {
            let kind = self.kind();
            if let Some(index) = self.pick(&self.model.live(kind)) {
                self.log.push(format!("look at {index}"));
                self.compare(index).await?;
            }
        }
        Ok(())
    }

    async fn read_again(&mut self) -> orm_core::Result<()> {
        match self.below(3) {
            0 => {
                self.log.push("flush, expire all".into());
                self.session.flush().await?;
                self.session.expire_all()?;
            }
            1 => {
                self.log.push("read all shelves".into());
                let query = Shelf::select()
                    .with(Shelf::books.then(Book::chapters))
                    .with(Shelf::parent);
                self.session.all(query).await?;
            }
            _ => {
                self.log.push("read all books".into());
                self.session
                    .all(Book::select().with(Book::cover).with(Book::shelf))
                    .await?;
            }
        }
        Ok(())
    }

    async fn rollback(&mut self) -> orm_core::Result<()> {
        self.log.push("rollback".into());
        self.session.rollback().await?;
        self.points.clear();
        self.model.back_to(&self.committed);
        self.committed = self.model.clone();
        self.meet_again().await?;
        assert_eq!(
            stored(&self.engine).await?,
            self.model.picture(),
            "the database after a rollback"
        );
        if self.below(2) == 0 {
            self.compare_all().await
        } else {
            Ok(())
        }
    }

    async fn commit(&mut self) -> orm_core::Result<()> {
        self.log.push("commit".into());
        self.session.commit().await?;
        self.points.clear();
        self.note_keys();
        self.committed = self.model.clone();
        assert_eq!(
            stored(&self.engine).await?,
            self.model.picture(),
            "the database after a commit"
        );
        match self.below(3) {
            0 => Ok(()),
            1 => self.compare_all().await,
            _ => {
                if self.below(2) == 0 {
                    self.compare_all().await?;
                }
                self.open();
                if self.below(2) == 0 {
                    self.compare_all().await
                } else {
                    Ok(())
                }
            }
        }
    }
}
