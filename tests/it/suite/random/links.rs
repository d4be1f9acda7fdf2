//! The ways to link a child to a parent, to part them, to give a parent all its children at once, and to look.

use orm_core::prelude::*;

use super::held::{Held, held};
use super::model::Link;
use crate::scenarios::press::*;

/// The relationships of each link: child and field, parent and field.
macro_rules! each_link {
    ($link:expr, $do:ident) => {
        match $link {
            Link::ShelfParent => $do!(Shelf.parent, Shelf.children),
            Link::BookShelf => $do!(Book.shelf, Shelf.books),
            Link::ChapterBook => $do!(Chapter.book, Book.chapters),
            Link::TeamLead => $do!(Team.lead, Person.leads),
            Link::PersonTeam => $do!(Person.team, Team.people),
            Link::MemberTeam => $do!(Member.team, Team.members),
            Link::MemberPerson => $do!(Member.person, Person.members),
            Link::CoverBook | Link::TagShelf => panic!("{:?} is another shape", $link),
        }
    };
}

/// Links a child to a parent, by one of the three ways there are.
pub(super) fn join(
    session: &mut Session,
    link: Link,
    child: Held,
    parent: Held,
    way: usize,
) -> orm_core::Result<()> {
    macro_rules! join {
        ($child:ident.$one:ident, $parent:ident.$many:ident) => {{
            let (child, parent) = (held!(child, $child), held!(parent, $parent));
            match way {
                0 => session[child].$one = parent.into(),
                1 => _ = child.$one(session).set(parent)?,
                _ => _ = parent.$many(session).push(child)?,
            }
        }};
    }
    match link {
        Link::CoverBook => {
            let (child, parent) = (held!(child, Cover), held!(parent, Book));
            match way {
                0 => session[child].book = parent.into(),
                1 => _ = child.book(session).set(parent)?,
                _ => session[parent].cover = child.into(),
            }
        }
        Link::TagShelf => _ = held!(parent, Shelf).tags(session).push(held!(child, Tag))?,
        _ => each_link!(link, join),
    }
    Ok(())
}

/// Takes a child out of its parent, by one of the three ways there are.
pub(super) fn part(
    session: &mut Session,
    link: Link,
    child: Held,
    parent: Held,
    way: usize,
) -> orm_core::Result<()> {
    macro_rules! part {
        ($child:ident.$one:ident, $parent:ident.$many:ident) => {{
            let (child, parent) = (held!(child, $child), held!(parent, $parent));
            match way {
                0 => session[child].$one = BelongsTo::none(),
                1 => child.$one(session).clear()?,
                _ => parent.$many(session).remove(child)?,
            }
        }};
    }
    match link {
        Link::CoverBook => {
            let (child, parent) = (held!(child, Cover), held!(parent, Book));
            match way {
                0 => session[child].book = BelongsTo::none(),
                1 => child.book(session).clear()?,
                _ => parent.cover(session).clear()?,
            }
        }
        Link::TagShelf => held!(parent, Shelf)
            .tags(session)
            .remove(held!(child, Tag))?,
        _ => each_link!(link, part),
    }
    Ok(())
}

/// Makes these children all that the parent has, by one of two ways.
pub(super) async fn assign(
    session: &mut Session,
    link: Link,
    parent: Held,
    children: &[Held],
    way: usize,
) -> orm_core::Result<()> {
    macro_rules! assign {
        ($child:ident.$one:ident, $parent:ident.$many:ident) => {{
            let parent = held!(parent, $parent);
            let children: Vec<_> = children.iter().map(|&one| held!(one, $child)).collect();
            if way == 0 {
                session[parent].$many = children.into();
                // Two fields assigned with nothing in between have no order.
                session.add(parent);
            } else {
                parent.$many(session).replace(children).await?;
            }
        }};
    }
    match link {
        Link::TagShelf => assign!(Tag.none, Shelf.tags),
        _ => each_link!(link, assign),
    }
    Ok(())
}

/// The parent as the child tells it; outside, where it does not know it.
pub(super) async fn parent_of(
    session: &mut Session,
    link: Link,
    child: Held,
) -> orm_core::Result<Option<Option<Held>>> {
    macro_rules! parent {
        ($child:ident.$one:ident, $parent:ident.$many:ident) => {
            held!(child, $child).$one(session).await?.map(Held::$parent)
        };
    }
    Ok(match link {
        Link::TagShelf => None,
        Link::CoverBook => Some(parent!(Cover.book, Book.cover)),
        _ => Some(each_link!(link, parent)),
    })
}

/// The children as the parent tells them.
pub(super) async fn children_of(
    session: &mut Session,
    link: Link,
    parent: Held,
) -> orm_core::Result<Vec<Held>> {
    macro_rules! children {
        ($child:ident.$one:ident, $parent:ident.$many:ident) => {
            held!(parent, $parent)
                .$many(session)
                .await?
                .into_iter()
                .map(Held::$child)
                .collect()
        };
    }
    Ok(match link {
        Link::TagShelf => children!(Tag.none, Shelf.tags),
        Link::CoverBook => children!(Cover.book, Book.cover),
        _ => each_link!(link, children),
    })
}

/// The tags of a book, or the books of a tag.
pub(super) async fn partners_of(
    session: &mut Session,
    held: Held,
) -> orm_core::Result<Option<Vec<Held>>> {
    Ok(match held {
        Held::Book(book) => Some(
            book.tags(session)
                .await?
                .into_iter()
                .map(Held::Tag)
                .collect(),
        ),
        Held::Tag(tag) => Some(
            tag.books(session)
                .await?
                .into_iter()
                .map(Held::Book)
                .collect(),
        ),
        _ => None,
    })
}

/// The shelf that a set of keys names.
pub(super) fn set_key(session: &mut Session, book: Held, shelf: Held) {
    let (book, shelf) = (held!(book, Book), held!(shelf, Shelf));
    session[book].shelf_id = Some(session[shelf].id);
}
