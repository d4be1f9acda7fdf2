//! What should be: objects by number, each with at most one parent for each link, and pairs of books and tags.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Shelf,
    Book,
    Chapter,
    Cover,
    Tag,
    Team,
    Person,
    Member,
}

/// A foreign key, and the relationships that go along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    ShelfParent,
    BookShelf,
    ChapterBook,
    CoverBook,
    TagShelf,
    TeamLead,
    PersonTeam,
    MemberTeam,
    MemberPerson,
}

use Kind::*;
use Link::*;

impl Kind {
    pub(super) const ALL: [Self; 8] = [Shelf, Book, Chapter, Cover, Tag, Team, Person, Member];
}

impl Link {
    pub(super) const ALL: [Self; 9] = [
        ShelfParent,
        BookShelf,
        ChapterBook,
        CoverBook,
        TagShelf,
        TeamLead,
        PersonTeam,
        MemberTeam,
        MemberPerson,
    ];

    pub(super) fn child(self) -> Kind {
        match self {
            ShelfParent => Shelf,
            BookShelf => Book,
            ChapterBook => Chapter,
            CoverBook => Cover,
            TagShelf => Tag,
            TeamLead => Team,
            PersonTeam => Person,
            MemberTeam | MemberPerson => Member,
        }
    }

    pub(super) fn parent(self) -> Kind {
        match self {
            ShelfParent | BookShelf | TagShelf => Shelf,
            ChapterBook | CoverBook => Book,
            TeamLead | MemberPerson => Person,
            PersonTeam | MemberTeam => Team,
        }
    }

    pub(super) fn of_child(kind: Kind) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |link| link.child() == kind)
    }

    pub(super) fn of_parent(kind: Kind) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |link| link.parent() == kind)
    }

    /// Without it the child is deleted.
    pub(super) fn required(self) -> bool {
        matches!(self, ChapterBook | MemberTeam | MemberPerson)
    }

    /// Whether its column is unique, alone or as a part of a key: two rows cannot change places in one flush.
    pub(super) fn unique(self) -> bool {
        matches!(self, CoverBook | MemberTeam | MemberPerson)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) up: BTreeMap<Link, usize>,
    pub(super) live: bool,
    /// Its primary key, once it has been flushed; the second part is that of a member.
    pub(super) key: (i64, i64),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    pub(super) objects: Vec<Object>,
    /// Books with tags.
    pub(super) pairs: BTreeSet<(usize, usize)>,
}

impl Model {
    pub(super) fn live(&self, kind: Kind) -> Vec<usize> {
        let all = self.objects.iter().enumerate();
        all.filter(|(_, object)| object.live && object.kind == kind)
            .map(|(index, _)| index)
            .collect()
    }

    pub(super) fn children(&self, parent: usize, link: Link) -> Vec<usize> {
        let mut children = self.live(link.child());
        children.retain(|&child| self.objects[child].up.get(&link) == Some(&parent));
        children
    }

    /// The tags of a book, or the books of a tag.
    pub(super) fn partners(&self, index: usize) -> Vec<usize> {
        let pairs = self.pairs.iter();
        pairs
            .filter_map(|&(book, tag)| {
                (book == index)
                    .then_some(tag)
                    .or((tag == index).then_some(book))
            })
            .collect()
    }

    /// The objects that may become the parent: nothing is inside itself, and nobody twice in a team.
    pub(super) fn fitting(&self, child: usize, link: Link) -> Vec<usize> {
        let mut parents = self.live(link.parent());
        match link {
            ShelfParent => parents.retain(|&parent| !self.is_within(parent, child)),
            MemberTeam => {
                let person = self.objects[child].up.get(&MemberPerson);
                parents.retain(|&team| self.member(Some(&team), person).is_none());
            }
            MemberPerson => {
                let team = self.objects[child].up.get(&MemberTeam);
                parents.retain(|&person| self.member(team, Some(&person)).is_none());
            }
            _ => {}
        }
        parents
    }

    pub(super) fn member(&self, team: Option<&usize>, person: Option<&usize>) -> Option<usize> {
        self.live(Member).into_iter().find(|&member| {
            let up = &self.objects[member].up;
            up.get(&MemberTeam) == team && up.get(&MemberPerson) == person
        })
    }

    fn is_within(&self, inner: usize, outer: usize) -> bool {
        let mut at = Some(inner);
        while let Some(index) = at {
            if index == outer {
                return true;
            }
            at = self.objects[index].up.get(&ShelfParent).copied();
        }
        false
    }

    pub(super) fn link(&mut self, child: usize, link: Link, parent: Option<usize>) {
        if let (CoverBook, Some(parent)) = (link, parent) {
            for other in self.children(parent, CoverBook) {
                self.objects[other].up.remove(&CoverBook);
            }
        }
        match parent {
            Some(parent) => _ = self.objects[child].up.insert(link, parent),
            None if link.required() => self.objects[child].live = false,
            None => _ = self.objects[child].up.remove(&link),
        }
    }

    pub(super) fn delete(&mut self, index: usize) {
        self.objects[index].live = false;
        self.pairs
            .retain(|&(book, tag)| book != index && tag != index);
        for link in Link::of_parent(self.objects[index].kind) {
            for child in self.children(index, link) {
                self.link(child, link, None);
            }
        }
    }

    /// As it was before; what there was not is not live.
    pub(super) fn back_to(&mut self, before: &Self) {
        for (index, object) in self.objects.iter_mut().enumerate() {
            match before.objects.get(index) {
                Some(before) => *object = before.clone(),
                None => object.live = false,
            }
        }
        self.pairs.clone_from(&before.pairs);
    }
}
