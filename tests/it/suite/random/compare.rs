//! What the database holds, what a fresh session tells and what the live session tells, held against the model.

use std::collections::BTreeMap;

use orm_core::engine::Engine;
use orm_core::prelude::*;

use super::held::{Held, Thing};
use super::links;
use super::model::{Kind, Link, Model};
use crate::scenarios::press::*;

/// All the columns of an object by its name.
type Rows = BTreeMap<(Kind, String), Vec<Option<i64>>>;

/// The rows, read without a session.
pub(super) async fn stored(engine: &Engine) -> orm_core::Result<(Rows, Vec<(i64, i64)>)> {
    let mut rows = Rows::new();
    macro_rules! read {
        ($($model:ident),+) => {$(
            for it in engine.all($model::select()).await? {
                let twice = rows.insert((Kind::$model, it.called().clone()), it.columns());
                assert_eq!(twice, None, "{it:?} is there twice");
            }
        )+};
    }
    read!(Shelf, Book, Chapter, Cover, Tag, Team, Person, Member);
    let pairs = text("SELECT book_id, tag_id FROM book_tags ORDER BY book_id, tag_id");
    Ok((rows, engine.all(pairs.columns::<(i64, i64)>()).await?))
}

/// The database has what the model has.
pub(super) async fn database(engine: &Engine, model: &Model) -> orm_core::Result<Rows> {
    let (rows, pairs) = stored(engine).await?;
    let key = |index: usize| model.objects[index].key;
    let mut wanted = Rows::new();
    for object in model.objects.iter().filter(|object| object.live) {
        let up = |link| object.up.get(&link).map(|&parent| key(parent).0);
        let mut columns = vec![Some(object.key.0)];
        if object.kind == Kind::Member {
            assert_eq!(up(Link::MemberTeam), Some(object.key.0), "{}", object.name);
            columns.push(Some(object.key.1));
            assert_eq!(
                up(Link::MemberPerson),
                Some(object.key.1),
                "{}",
                object.name
            );
        } else {
            columns.extend(Link::of_child(object.kind).map(up));
        }
        let name = (object.kind, object.name.clone());
        if object.kind == Kind::Book {
            // The model does not count the flushes; the live session is asked for the version.
            columns.push(rows.get(&name).and_then(|row| row[2]));
        }
        wanted.insert(name, columns);
    }
    assert_eq!(rows, wanted, "the rows");
    let mut wanted: Vec<_> = model
        .pairs
        .iter()
        .map(|&(book, tag)| (key(book).0, key(tag).0))
        .collect();
    wanted.sort_unstable();
    assert_eq!(pairs, wanted, "the pairs");
    Ok(rows)
}

/// One object of a session is as the model has it; with `parts` it shows nothing that is not there.
pub(super) async fn one(
    session: &mut Session,
    model: &Model,
    index: usize,
    held: Held,
    parts: bool,
) -> orm_core::Result<()> {
    let object = &model.objects[index];
    let name = |index: usize| model.objects[index].name.clone();
    assert_eq!(held.name(session), object.name, "the name of {index}");
    let whose = &object.name;
    for link in Link::of_child(object.kind) {
        let parent = match links::parent_of(session, link, held).await {
            Err(error) if parts && error.kind() == ErrorKind::Hidden => continue,
            parent => parent?,
        };
        if let Some(parent) = parent {
            let parent = parent.map(|parent| parent.name(session));
            let wanted = object.up.get(&link).map(|&parent| name(parent));
            if !(parts && parent.is_none()) {
                assert_eq!(parent, wanted, "{link:?} of {whose}");
            }
        }
    }
    let told = |session: &Session, held: Vec<Held>| {
        let mut names: Vec<_> = held.into_iter().map(|one| one.name(session)).collect();
        names.sort();
        names
    };
    let sorted = |indices: Vec<usize>| {
        let mut names: Vec<_> = indices.into_iter().map(name).collect();
        names.sort();
        names
    };
    let agree = |told: Vec<String>, wanted: Vec<String>, what: &dyn Fn() -> String| match parts {
        true => assert!(
            told.iter().all(|one| wanted.contains(one)),
            "{}: {told:?} of {wanted:?}",
            what()
        ),
        false => assert_eq!(told, wanted, "{}", what()),
    };
    for link in Link::of_parent(object.kind) {
        let children = links::children_of(session, link, held).await?;
        let wanted = sorted(model.children(index, link));
        agree(told(session, children), wanted, &|| {
            format!("{link:?} to {whose}")
        });
    }
    if let Some(partners) = links::partners_of(session, held).await? {
        let wanted = sorted(model.partners(index));
        agree(told(session, partners), wanted, &|| {
            format!("partners of {whose}")
        });
    }
    Ok(())
}

/// A session that knows nothing yet agrees, with everything loaded in few statements.
pub(super) async fn fresh(engine: &Engine, model: &Model) -> orm_core::Result<()> {
    let mut session = engine.session();
    let session = &mut session;
    session
        .all(
            Shelf::select()
                .with(Shelf::children)
                .with(Shelf::parent)
                .with(Shelf::books)
                .with(Shelf::tags),
        )
        .await?;
    session
        .all(
            Book::select()
                .with(Book::shelf)
                .with(Book::chapters.then(Chapter::book))
                .with(Book::cover)
                .with(Book::tags),
        )
        .await?;
    session.all(Cover::select().with(Cover::book)).await?;
    session.all(Tag::select().with(Tag::books)).await?;
    session
        .all(
            Team::select()
                .with(Team::lead)
                .with(Team::people)
                .with(Team::members.then(Member::person)),
        )
        .await?;
    session
        .all(
            Person::select()
                .with(Person::team)
                .with(Person::leads)
                .with(Person::members),
        )
        .await?;
    for (index, object) in model.objects.iter().enumerate() {
        if object.live {
            let held = Held::get(session, object.kind, object.key).await?;
            one(session, model, index, held, false).await?;
        }
    }
    Ok(())
}
