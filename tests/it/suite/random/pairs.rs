//! Random programs over many-to-many pairs, against a plain set of pairs.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Backend, both};
use crate::scenarios::tagged::{
    self, Article, ArticleAccessors as _, Tag, TagAccessors as _, article, links, tag,
};

/// What there is: for each object whether it lives, and the pairs.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    articles: Vec<bool>,
    tags: Vec<bool>,
    pairs: BTreeSet<(usize, usize)>,
}

struct Program {
    engine: Engine,
    session: Session,
    model: Model,
    committed: Model,
    articles: Vec<Option<Handle<Article>>>,
    tags: Vec<Option<Handle<Tag>>>,
    /// The keys of what has been committed.
    keys: (Vec<i64>, Vec<i64>),
    random: u64,
    log: Vec<String>,
}

fn live(list: &[bool]) -> Vec<usize> {
    (0..list.len()).filter(|&index| list[index]).collect()
}

impl Program {
    fn below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 33) % bound as u64) as usize
    }

    fn note(&mut self, step: String) {
        self.log.push(step);
    }

    async fn article(&mut self, index: usize) -> orm_core::Result<Handle<Article>> {
        if let Some(handle) = self.articles[index] {
            return Ok(handle);
        }
        let handle = self.session.get_one::<Article>(self.keys.0[index]).await?;
        self.articles[index] = Some(handle);
        Ok(handle)
    }

    async fn tag(&mut self, index: usize) -> orm_core::Result<Handle<Tag>> {
        if let Some(handle) = self.tags[index] {
            return Ok(handle);
        }
        let handle = self.session.get_one::<Tag>(self.keys.1[index]).await?;
        self.tags[index] = Some(handle);
        Ok(handle)
    }

    fn open(&mut self) {
        let autoflush = self.below(3) > 0;
        self.note(format!("open, autoflush {autoflush}"));
        let options = SessionOptions::default().autoflush(autoflush);
        self.session = self.engine.session_with(options);
        self.articles.iter_mut().for_each(|held| *held = None);
        self.tags.iter_mut().for_each(|held| *held = None);
    }

    fn pick(&mut self) -> Option<(usize, usize)> {
        let (articles, tags) = (live(&self.model.articles), live(&self.model.tags));
        if articles.is_empty() || tags.is_empty() {
            return None;
        }
        let (a, t) = (self.below(articles.len()), self.below(tags.len()));
        Some((articles[a], tags[t]))
    }

    async fn link(&mut self) -> orm_core::Result<()> {
        let Some((a, t)) = self.pick() else {
            return Ok(());
        };
        let way = self.below(2);
        let (article, tag) = (self.article(a).await?, self.tag(t).await?);
        if self.model.pairs.contains(&(a, t)) {
            // Only a loaded collection knows that it has it already.
            article.tags(&mut self.session).await?;
        }
        self.note(format!("push {a} {t} by way {way}"));
        match way {
            0 => _ = article.tags(&mut self.session).push(tag)?,
            _ => _ = tag.articles(&mut self.session).push(article)?,
        }
        self.model.pairs.insert((a, t));
        Ok(())
    }

    async fn part(&mut self) -> orm_core::Result<()> {
        let pairs: Vec<_> = self.model.pairs.iter().copied().collect();
        if pairs.is_empty() {
            return Ok(());
        }
        let (a, t) = pairs[self.below(pairs.len())];
        let way = self.below(2);
        let (article, tag) = (self.article(a).await?, self.tag(t).await?);
        self.note(format!("remove {a} {t} by way {way}"));
        match way {
            0 => article.tags(&mut self.session).remove(tag)?,
            _ => tag.articles(&mut self.session).remove(article)?,
        }
        self.model.pairs.remove(&(a, t));
        Ok(())
    }

    /// Makes some tags the whole of an article's, or some articles of a tag's.
    async fn assign(&mut self) -> orm_core::Result<()> {
        let Some((a, t)) = self.pick() else {
            return Ok(());
        };
        let way = self.below(3);
        let mut handles = (Vec::new(), Vec::new());
        let others = if way == 2 {
            live(&self.model.articles)
        } else {
            live(&self.model.tags)
        };
        let mut chosen = others;
        chosen.retain(|_| self.below(2) == 0);
        for &index in &chosen {
            match way {
                2 => handles.0.push(self.article(index).await?),
                _ => handles.1.push(self.tag(index).await?),
            }
        }
        let (article, tag) = (self.article(a).await?, self.tag(t).await?);
        self.note(format!("make {chosen:?} all of ({a}, {t}) by way {way}"));
        match way {
            0 => self.session[article].tags = handles.1.into(),
            1 => article.tags(&mut self.session).replace(handles.1).await?,
            _ => self.session[tag].articles = handles.0.into(),
        }
        // Two fields assigned with nothing in between have no order.
        self.session.add(article);
        if way == 2 {
            self.model.pairs.retain(|pair| pair.1 != t);
            self.model.pairs.extend(chosen.into_iter().map(|a| (a, t)));
        } else {
            self.model.pairs.retain(|pair| pair.0 != a);
            self.model.pairs.extend(chosen.into_iter().map(|t| (a, t)));
        }
        Ok(())
    }

    async fn add(&mut self) -> orm_core::Result<()> {
        let mut partners = live(&self.model.tags);
        partners.retain(|_| self.below(3) == 0);
        if self.below(2) == 0 {
            self.note("add a tag".into());
            let new = self.session.add(tag("new"));
            self.tags.push(Some(new));
            self.model.tags.push(true);
            return Ok(());
        }
        self.note(format!("add an article with {partners:?}"));
        let mut handles = Vec::new();
        for &index in &partners {
            handles.push(self.tag(index).await?);
        }
        let new = self.session.add(Article {
            tags: handles.into(),
            ..article("new")
        });
        self.articles.push(Some(new));
        let a = self.model.articles.len();
        self.model.articles.push(true);
        self.model
            .pairs
            .extend(partners.into_iter().map(|t| (a, t)));
        Ok(())
    }

    async fn delete(&mut self) -> orm_core::Result<()> {
        let Some((a, t)) = self.pick() else {
            return Ok(());
        };
        self.session.flush().await?;
        if self.below(2) == 0 {
            self.note(format!("delete article {a}"));
            let article = self.article(a).await?;
            self.session.delete(article)?;
            self.model.articles[a] = false;
            self.model.pairs.retain(|pair| pair.0 != a);
        } else {
            self.note(format!("delete tag {t}"));
            let tag = self.tag(t).await?;
            self.session.delete(tag)?;
            self.model.tags[t] = false;
            self.model.pairs.retain(|pair| pair.1 != t);
        }
        self.session.flush().await
    }

    /// The collections of all objects, or of some, are those of the model.
    async fn look(&mut self, all: bool) -> orm_core::Result<()> {
        self.note(format!("look, all {all}"));
        for a in live(&self.model.articles) {
            if all || self.below(3) == 0 {
                let article = self.article(a).await?;
                let mut seen = article.tags(&mut self.session).await?;
                for t in live(&self.model.tags) {
                    let tag = self.tag(t).await?;
                    let place = seen.iter().position(|&held| held == tag);
                    let expected = self.model.pairs.contains(&(a, t));
                    assert_eq!(place.is_some(), expected, "tag {t} in article {a}");
                    place.map(|place| seen.remove(place));
                }
                assert_eq!(seen, [], "too many tags in article {a}");
            }
        }
        for t in live(&self.model.tags) {
            if all || self.below(3) == 0 {
                let tag = self.tag(t).await?;
                let expected = self.model.pairs.iter().filter(|pair| pair.1 == t).count();
                let seen = tag.articles(&mut self.session).await?;
                assert_eq!(seen.len(), expected, "articles of tag {t}");
            }
        }
        Ok(())
    }

    async fn commit(&mut self) -> orm_core::Result<()> {
        self.note("commit".into());
        self.session.commit().await?;
        for a in self.keys.0.len()..self.articles.len() {
            let handle = self.articles[a].expect("added in this session");
            self.keys.0.push(self.session[handle].id);
        }
        for t in self.keys.1.len()..self.tags.len() {
            let handle = self.tags[t].expect("added in this session");
            self.keys.1.push(self.session[handle].id);
        }
        self.committed = self.model.clone();
        let pairs = self.model.pairs.iter();
        let mut expected: Vec<_> = pairs
            .map(|&(a, t)| (self.keys.0[a], self.keys.1[t]))
            .collect();
        expected.sort_unstable();
        assert_eq!(links(&self.engine).await?, expected, "the rows");
        self.look(true).await
    }

    async fn rollback(&mut self) -> orm_core::Result<()> {
        self.note("rollback".into());
        self.session.rollback().await?;
        self.model = self.committed.clone();
        self.articles.truncate(self.model.articles.len());
        self.tags.truncate(self.model.tags.len());
        self.look(true).await
    }

    async fn expire(&mut self) -> orm_core::Result<()> {
        let Some((a, t)) = self.pick() else {
            return Ok(());
        };
        self.note(format!("expire {a} and {t}"));
        self.session.flush().await?;
        let (article, tag) = (self.article(a).await?, self.tag(t).await?);
        self.session.expire(article)?;
        self.session.expire(tag)
    }

    async fn run(&mut self, steps: usize) -> orm_core::Result<()> {
        self.engine.execute(text("DELETE FROM article_tag")).await?;
        self.engine.execute(text("DELETE FROM articles")).await?;
        self.engine.execute(text("DELETE FROM tags")).await?;
        self.open();
        for _ in 0..steps {
            match self.below(20) {
                0..5 => self.link().await?,
                5..8 => self.part().await?,
                8..10 => self.assign().await?,
                10..13 => self.add().await?,
                13 => self.delete().await?,
                14 => self.session.flush().await?,
                15 => self.look(false).await?,
                16 => self.expire().await?,
                17 => {
                    self.note("load".into());
                    self.session
                        .all(Article::select().with(Article::tags))
                        .await?;
                }
                18 => self.rollback().await?,
                _ => {
                    self.commit().await?;
                    if self.below(2) == 0 {
                        self.open();
                    }
                }
            }
        }
        self.commit().await
    }
}

async fn programs(engine: &Engine, count: u64) -> orm_core::Result<()> {
    tagged::tables(engine).await?;
    for seed in super::seeds(count) {
        let mut program = Program {
            engine: engine.clone(),
            session: engine.session(),
            model: Model::default(),
            committed: Model::default(),
            articles: Vec::new(),
            tags: Vec::new(),
            keys: Default::default(),
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03,
            log: Vec::new(),
        };
        let outcome = AssertUnwindSafe(program.run(40)).catch_unwind().await;
        if !matches!(outcome, Ok(Ok(()))) {
            let steps = program.log.join("\n  ");
            panic!("seed {seed} failed: {outcome:?}; its steps were\n  {steps}");
        }
    }
    Ok(())
}

both! {
    /// Whatever is paired and parted, everyone agrees.
    async fn pairs_agree(db: Db) {
        match db.backend() {
            Backend::Sqlite => programs(&Engine::connect("sqlite::memory:").await?, 300).await?,
            Backend::Postgres => programs(&db.engine().await, 25).await?,
        }
    }
}
