//! Reads the rows of a load: the objects, and with them what was joined to them.

use rustc_hash::FxHashMap;

use super::columns::Columns;
use super::join::{Branch, Branches};
use super::key_numbers::KeyNumbers;
use super::key_places::KeyPlaces;
use crate::error::Result;
use crate::mapping::{Key, ModelDescriptor, Rows};
use crate::types::Row;

/// Objects of one relationship, each with the parent that it belongs to.
pub(crate) struct Found {
    pub(crate) rows: Box<dyn Rows>,
    /// Pairs of a parent's number and the place of an object in `rows`, in the order of the result.
    pub(crate) pairs: Vec<(u32, u32)>,
}

impl Found {
    /// Nothing.
    pub(crate) fn none(model: &'static ModelDescriptor) -> Self {
        Self {
            rows: model.model_type.rows(),
            pairs: Vec::new(),
        }
    }
}

/// An object in the row at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    /// Its place among those that were found.
    pub(super) place: u32,
    /// Its key, where that is one integer.
    pub(super) key: Option<i64>,
}

/// Puts objects together with their parents, each pair once.
pub(super) struct Collector {
    found: Found,
    /// How many objects there are in `found`.
    count: u32,
    columns: Columns,
    key: KeyPlaces,
    /// Whether each row holds an object of its own.
    once: bool,
    /// Whether a pair may stand in several rows.
    repeats: bool,
    /// Whether one object may belong to several parents; plain values cannot be shared, and are read for each.
    shared: bool,
    keys: KeyNumbers,
    /// For each key its first parent, and the place of the object there.
    firsts: Vec<(u32, u32)>,
    /// The places of keys with further parents, by the number of the key and the parent.
    others: FxHashMap<(u32, u32), u32>,
    /// The last parent, and the key and the place of its object.
    last: Option<(u32, i64, u32)>,
}

impl Collector {
    pub(super) fn new(
        model: &'static ModelDescriptor,
        branches: &Branches,
        branch: Option<&Branch>,
        shared: bool,
    ) -> Self {
        let layout = branches.layout.as_ref();
        let offset = branch.map_or(0, |branch| branch.offset);
        let equal = branch.and_then(|branch| branch.equal);
        Self {
            found: Found::none(model),
            count: 0,
            columns: Columns::new(model, offset, layout, equal),
            key: KeyPlaces::of_key(model, offset).within(layout.map(|layout| &**layout)),
            once: branch.is_some_and(|branch| branch.once) || !(branches.repeats || shared),
            repeats: branches.repeats,
            shared,
            keys: KeyNumbers::default(),
            firsts: Vec::new(),
            others: FxHashMap::default(),
            last: None,
        }
    }

    /// The object that stands in a row; `None` when there is none. `key` is its key, where that was read already.
    #[inline]
    pub(super) fn enter(
        &mut self,
        row: &dyn Row,
        key: Option<i64>,
        parent: Here,
    ) -> Result<Option<Here>> {
        let Some(integer) = key.or_else(|| self.key.integer(row)) else {
            return self.enter_other(row, parent);
        };
        let key = Some(integer);
        if self.once {
            let place = self.push(row, key, parent)?;
            return Ok(Some(Here { place, key }));
        }
        if let Some((owner, last, place)) = self.last
            && owner == parent.place
            && last == integer
        {
            return Ok(Some(Here { place, key }));
        }
        let number = self.keys.enter_integer(integer);
        let place = self.place(row, key, number, parent)?;
        self.last = Some((parent.place, integer, place));
        Ok(Some(Here { place, key }))
    }

    /// As [`Collector::enter`], where the key is not an integer that the driver reads at once.
    fn enter_other(&mut self, row: &dyn Row, parent: Here) -> Result<Option<Here>> {
        let Some(value) = self.key.read(row)? else {
            return Ok(None);
        };
        let key = match value {
            Key::Int(integer) => Some(integer),
            _ => None,
        };
        let place = if self.once {
            self.push(row, key, parent)?
        } else {
            let number = self.keys.enter(value);
            self.place(row, key, number, parent)?
        };
        Ok(Some(Here { place, key }))
    }

    /// The place of an object whose key has this number, and may be new.
    fn place(
        &mut self,
        row: &dyn Row,
        key: Option<i64>,
        (number, new): (u32, bool),
        parent: Here,
    ) -> Result<u32> {
        if new {
            let place = self.push(row, key, parent)?;
            self.firsts.push((parent.place, place));
            return Ok(place);
        }
        let (owner, first) = self.firsts[number as usize];
        if owner == parent.place {
            return Ok(first);
        }
        let pair = (number, parent.place);
        if self.repeats
            && let Some(&place) = self.others.get(&pair)
        {
            return Ok(place);
        }
        let place = match self.shared {
            true => {
                self.found.pairs.push((parent.place, first));
                first
            }
            false => self.push(row, key, parent)?,
        };
        if self.repeats {
            self.others.insert(pair, place);
        }
        Ok(place)
    }

    /// Takes an object that is known to be another one; its key where that is known.
    #[inline]
    pub(super) fn push(&mut self, row: &dyn Row, key: Option<i64>, parent: Here) -> Result<u32> {
        let place = self.count;
        self.columns
            .read(&mut *self.found.rows, row, key, parent.key)?;
        self.count += 1;
        self.found.pairs.push((parent.place, place));
        Ok(place)
    }

    pub(super) fn into_found(self) -> Found {
        self.found
    }
}

/// Reads what was joined to objects.
pub(crate) struct JoinedRows {
    branches: Vec<BranchRows>,
    /// How many branches, from the first, each hang on the one before, the objects of which are theirs alone.
    chain: usize,
}

/// Reads the objects of one branch.
struct BranchRows {
    /// The branch that it hangs on.
    parent: Option<usize>,
    collector: Collector,
    /// The object in the row at hand.
    current: Option<Here>,
    /// Its key, where that was read to see whether it is another object; only branches of the chain are asked.
    key: Option<i64>,
}

impl JoinedRows {
    pub(crate) fn new(branches: &Branches, shared: bool) -> Self {
        let list = branches.list.iter().map(|branch| {
            let target = (branch.step.relation.target)();
            BranchRows {
                parent: branch.parent,
                collector: Collector::new(target, branches, Some(branch), shared),
                current: None,
                key: None,
            }
        });
        let mut links = branches.list.iter().enumerate();
        let ends = links.position(|(index, branch)| {
            branch.once || !branch.sole || branch.parent != index.checked_sub(1)
        });
        Self {
            branches: list.collect(),
            chain: ends.unwrap_or(branches.list.len()),
        }
    }

    /// How many branches, from the first, hold the objects that they held in the row before; where there is one, so does what
    /// they were joined to. An object that is its parent's alone need not be asked for the parent's key.
    #[inline]
    pub(crate) fn unchanged(&mut self, row: &dyn Row) -> usize {
        for (index, branch) in self.branches[..self.chain].iter_mut().enumerate().rev() {
            branch.key = branch.collector.key.integer(row);
            if branch.key.is_some() && branch.key == branch.current.and_then(|before| before.key) {
                return index + 1;
            }
        }
        0
    }

    /// Reads what a row holds beside its own objects, but for what is `unchanged`.
    #[inline]
    pub(crate) fn row(&mut self, row: &dyn Row, own: Here, unchanged: usize) -> Result<()> {
        for index in unchanged..self.branches.len() {
            let (before, rest) = self.branches.split_at_mut(index);
            let branch = &mut rest[0];
            let parent = match branch.parent {
                Some(parent) => before[parent].current,
                None => Some(own),
            };
            branch.current = match parent {
                Some(parent) => branch.collector.enter(row, branch.key, parent)?,
                None => None,
            };
        }
        Ok(())
    }

    /// What was found, branch by branch.
    pub(crate) fn into_found(self) -> Vec<Found> {
        let branches = self.branches.into_iter();
        branches.map(|it| it.collector.into_found()).collect()
    }
}
