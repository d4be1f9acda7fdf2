//! What should be: objects by name, each with at most one parent.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Shelf,
    Book,
    Chapter,
    Cover,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Shelf, Self::Book, Self::Chapter, Self::Cover];

    pub(super) fn parent(self) -> Self {
        match self {
            Self::Shelf | Self::Book => Self::Shelf,
            Self::Chapter | Self::Cover => Self::Book,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) parent: Option<usize>,
    pub(super) live: bool,
}

/// Name to parent's name, for each kind.
pub(super) type Picture = BTreeMap<(Kind, String), Option<String>>;

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) objects: Vec<Object>,
}

impl Model {
    pub(super) fn live(&self, kind: Kind) -> Vec<usize> {
        let all = self.objects.iter().enumerate();
        all.filter(|(_, object)| object.live && object.kind == kind)
            .map(|(index, _)| index)
            .collect()
    }

    pub(super) fn children(&self, parent: usize, kind: Kind) -> Vec<usize> {
        let mut children = self.live(kind);
        children.retain(|&child| self.objects[child].parent == Some(parent));
        children
    }

    /// Whether `inner` is `outer` or below it.
    pub(super) fn is_within(&self, inner: usize, outer: usize) -> bool {
        let mut at = Some(inner);
        while let Some(index) = at {
            if index == outer {
                return true;
            }
            at = self.objects[index].parent;
        }
        false
    }

    pub(super) fn link(&mut self, child: usize, parent: Option<usize>) {
        if let (Kind::Cover, Some(parent)) = (self.objects[child].kind, parent) {
            for other in self.children(parent, Kind::Cover) {
                self.objects[other].parent = None;
            }
        }
        self.objects[child].parent = parent;
        if self.objects[child].kind == Kind::Chapter && parent.is_none() {
            self.objects[child].live = false;
        }
    }

    pub(super) fn delete(&mut self, index: usize) {
        self.objects[index].live = false;
        for kind in Kind::ALL {
            if kind.parent() == self.objects[index].kind {
                for child in self.children(index, kind) {
                    self.link(child, None);
                }
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
    }

    pub(super) fn picture(&self) -> Picture {
        let name = |index: usize| self.objects[index].name.clone();
        let live = self.objects.iter().filter(|object| object.live);
        live.map(|object| ((object.kind, object.name.clone()), object.parent.map(name)))
            .collect()
    }
}
