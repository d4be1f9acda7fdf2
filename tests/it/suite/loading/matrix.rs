//! Every strategy, kind of relationship, depth and number of rows gives the tree of a plain join in memory.

mod data;

use std::future::Future;
use std::pin::Pin;

use orm_core::engine::Engine;
use orm_core::mapping::{AnyLoad, IntoLoad, LoadOption, RelationDescriptor, Strategy};
use orm_core::prelude::*;
use orm_core::sql::Refusal;

use super::kinds::{Knot, KnotAccessors as _, Tie, TieAccessors as _, optional, required};
use crate::harness::both;
use data::Data;

/// An object by its number, with those it leads to; `None` where that is not loaded.
#[derive(Debug, PartialEq)]
struct Tree(i64, Option<Vec<Tree>>);

/// A path of relationships, each loaded by one strategy.
struct Path(Vec<&'static RelationDescriptor>, Strategy);

impl AnyLoad for Path {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        let mut nested = Vec::new();
        let mut made = None;
        for relation in self.0.into_iter().rev() {
            let mut probe = Probe(relation).into_option()?;
            probe.strategy = Some(self.1);
            probe.nested = std::mem::take(&mut nested);
            nested.push(probe.clone());
            made = Some(probe);
        }
        made.ok_or_else(|| Refusal::query("an empty path"))
    }
}

impl<P> IntoLoad<P> for Path {}

/// One relationship of which only the descriptor is known.
struct Probe(&'static RelationDescriptor);

impl AnyLoad for Probe {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        let mut option = Knot::below.into_option()?;
        option.relation = Some(self.0);
        Ok(option)
    }
}

/// The objects that an object leads to, by their numbers: there and back.
struct Links(Vec<(i64, i64)>);

impl Links {
    fn there(&self, from: i64) -> Vec<i64> {
        let found = self.0.iter().filter(|(it, _)| *it == from);
        let mut found: Vec<i64> = found.map(|(_, to)| *to).collect();
        found.sort_unstable();
        found
    }

    fn back(&self, from: i64) -> Vec<i64> {
        Self(self.0.iter().map(|&(a, b)| (b, a)).collect()).there(from)
    }

    /// The tree of a plain join; `forth` says which way the next step goes.
    fn tree(&self, at: i64, depth: usize, forth: bool, turns: bool) -> Tree {
        if depth == 0 {
            return Tree(at, None);
        }
        let found = if forth { self.there(at) } else { self.back(at) };
        let below = found.into_iter();
        let below = below.map(|it| self.tree(it, depth - 1, forth != turns, turns));
        Tree(at, Some(below.collect()))
    }
}

type Reading<'a> = Pin<Box<dyn Future<Output = orm_core::Result<Tree>> + 'a>>;

/// What a relationship's field holds as plain values.
trait Loaded<T> {
    fn loaded(&self) -> Option<Vec<&T>>;
}

impl<T> Loaded<T> for HasMany<T> {
    fn loaded(&self) -> Option<Vec<&T>> {
        Some(self.get().ok()?.iter().collect())
    }
}

impl<T> Loaded<T> for HasOne<T> {
    fn loaded(&self) -> Option<Vec<&T>> {
        Some(self.get().ok()?.into_iter().collect())
    }
}

impl<T> Loaded<T> for BelongsTo<T> {
    fn loaded(&self) -> Option<Vec<&T>> {
        Some(self.get().ok()?.into_iter().collect())
    }
}

/// One or many.
fn each<T>(found: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    found.into_iter()
}

/// Reads trees along one relationship of `$one` and one of `$other`, by turns.
macro_rules! kind {
    ($name:ident: $one:ty, $forth:ident; $other:ty, $back:ident) => {
        mod $name {
            use super::*;
            #[allow(
                unused_imports,
                reason = "each kind has the accessors of its own models"
            )]
            use super::{
                optional::{
                    AAccessors as _, BAccessors as _, CAccessors as _, PAccessors as _,
                    QAccessors as _,
                },
                required::{
                    AAccessors as _, BAccessors as _, CAccessors as _, PAccessors as _,
                    QAccessors as _,
                },
            };

            fn held<'a>(session: &'a mut Session, at: Handle<$one>, depth: usize) -> Reading<'a> {
                Box::pin(async move {
                    let number = session[at].id;
                    if depth == 0 {
                        return Ok(Tree(number, None));
                    }
                    let mut below = Vec::new();
                    for next in each(at.$forth(session).await?) {
                        below.push(held_back(session, next, depth - 1).await?);
                    }
                    Ok(Tree(number, Some(below)))
                })
            }

            fn held_back<'a>(
                session: &'a mut Session,
                at: Handle<$other>,
                depth: usize,
            ) -> Reading<'a> {
                Box::pin(async move {
                    let number = session[at].id;
                    if depth == 0 {
                        return Ok(Tree(number, None));
                    }
                    let mut below = Vec::new();
                    for next in each(at.$back(session).await?) {
                        below.push(held(session, next, depth - 1).await?);
                    }
                    Ok(Tree(number, Some(below)))
                })
            }

            fn plain(at: &$one, depth: usize) -> Tree {
                let below = if depth == 0 { None } else { at.$forth.loaded() };
                let below = below.map(|all| {
                    all.into_iter()
                        .map(|it| plain_back(it, depth - 1))
                        .collect()
                });
                Tree(at.id, below)
            }

            fn plain_back(at: &$other, depth: usize) -> Tree {
                let below = if depth == 0 { None } else { at.$back.loaded() };
                let below =
                    below.map(|all| all.into_iter().map(|it| plain(it, depth - 1)).collect());
                Tree(at.id, below)
            }

            /// All strategies and depths; how many there were.
            pub(super) async fn check(
                engine: &Engine,
                roots: &[i64],
                links: &Links,
                turns: bool,
            ) -> orm_core::Result<usize> {
                let mut combinations = 0;
                for depth in 1..=3 {
                    let expected: Vec<Tree> = roots
                        .iter()
                        .map(|&at| links.tree(at, depth, true, turns))
                        .collect();
                    let path = || -> Vec<&'static RelationDescriptor> {
                        (0..depth)
                            .map(|step| {
                                if step % 2 == 0 {
                                    <$one>::$forth.descriptor()
                                } else {
                                    <$other>::$back.descriptor()
                                }
                            })
                            .collect()
                    };
                    for strategy in [
                        Strategy::Lazy,
                        Strategy::Batch,
                        Strategy::SelectIn,
                        Strategy::Joined,
                        Strategy::Subquery,
                        Strategy::Immediate,
                    ] {
                        let query = || {
                            <$one>::select()
                                .order_by(<$one>::id)
                                .with(Path(path(), strategy))
                        };
                        let mut session = engine.session();
                        let mut trees = Vec::new();
                        for root in session.all(query()).await? {
                            trees.push(held(&mut session, root, depth).await?);
                        }
                        assert_eq!(
                            trees,
                            expected,
                            "{} {strategy:?} {depth}",
                            stringify!($name)
                        );
                        combinations += 1;
                        if strategy.is_eager() {
                            let plain: Vec<Tree> = engine
                                .all(query())
                                .await?
                                .iter()
                                .map(|it| plain(it, depth))
                                .collect();
                            assert_eq!(
                                plain,
                                expected,
                                "{} {strategy:?} {depth} owned",
                                stringify!($name)
                            );
                            combinations += 1;
                        }
                    }
                }
                Ok(combinations)
            }
        }
    };
}

kind!(required_many: required::A, bs; required::B, a);
kind!(required_owner: required::B, a; required::A, bs);
kind!(required_one: required::A, c; required::C, a);
kind!(required_one_owner: required::C, a; required::A, c);
kind!(required_composite: required::P, qs; required::Q, p);
kind!(required_composite_owner: required::Q, p; required::P, qs);
kind!(optional_many: optional::A, bs; optional::B, a);
kind!(optional_owner: optional::B, a; optional::A, bs);
kind!(optional_one: optional::A, c; optional::C, a);
kind!(optional_one_owner: optional::C, a; optional::A, c);
kind!(optional_composite: optional::P, qs; optional::Q, p);
kind!(optional_composite_owner: optional::Q, p; optional::P, qs);
kind!(links: Knot, ties; Tie, knots);
kind!(links_back: Tie, knots; Knot, ties);
kind!(tree_down: Knot, below; Knot, below);
kind!(tree_up: Knot, above; Knot, above);
kind!(tree_turns: Knot, below; Knot, above);

fn turned(links: &[(i64, i64)]) -> Links {
    Links(links.iter().map(|&(a, b)| (b, a)).collect())
}

both! {
    /// The matrix.
    async fn every_way_gives_the_same_tree(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(required::A, required::B, required::C, required::P, required::Q)>()?.create_all(&engine).await?;
        Metadata::of::<(optional::A, optional::B, optional::C, optional::P, optional::Q)>()?.create_all(&engine).await?;
        Metadata::of::<(Knot, Tie)>()?.create_all(&engine).await?;
        let mut combinations = 0;
        for size in 0..3 {
            let data = Data::of(size);
            data.write(&engine).await?;
            let (many, one) = (Links(data.many.clone()), Links(data.one.clone()));
            let (owner, one_owner) = (turned(&data.many), turned(&data.one));
            let (parents, knots) = (&data.parents, &data.knots());
            let (m, o) = (&Data::children(&data.many, false), &Data::children(&data.one, false));
            combinations += required_many::check(&engine, parents, &many, true).await?;
            combinations += required_owner::check(&engine, m, &owner, true).await?;
            combinations += required_one::check(&engine, parents, &one, true).await?;
            combinations += required_one_owner::check(&engine, o, &one_owner, true).await?;
            combinations += required_composite::check(&engine, parents, &many, true).await?;
            combinations += required_composite_owner::check(&engine, m, &owner, true).await?;
            let (m, o) = (&Data::children(&data.many, true), &Data::children(&data.one, true));
            combinations += optional_many::check(&engine, parents, &many, true).await?;
            combinations += optional_owner::check(&engine, m, &owner, true).await?;
            combinations += optional_one::check(&engine, parents, &one, true).await?;
            combinations += optional_one_owner::check(&engine, o, &one_owner, true).await?;
            combinations += optional_composite::check(&engine, parents, &many, true).await?;
            combinations += optional_composite_owner::check(&engine, m, &owner, true).await?;
            combinations += links::check(&engine, knots, &Links(data.tied.clone()), true).await?;
            combinations += links_back::check(&engine, &data.ties, &turned(&data.tied), true).await?;
            combinations += tree_down::check(&engine, knots, &Links(data.tree.clone()), false).await?;
            combinations += tree_up::check(&engine, knots, &turned(&data.tree), false).await?;
            combinations += tree_turns::check(&engine, knots, &Links(data.tree.clone()), true).await?;
        }
        println!("{combinations} combinations");
        assert!(combinations >= 400);
    }
}
