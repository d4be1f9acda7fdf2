//! Reads the rows of a load: the objects, and with them what was joined to them.

use rustc_hash::FxHashMap;

use super::join::Branches;
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

/// Puts objects together with their parents, each pair once.
pub(super) struct Collector {
    found: Found,
    /// How many objects there are in `found`.
    count: u32,
    offset: usize,
    key: KeyPlaces,
    /// Whether a pair may stand in several rows.
    repeats: bool,
    /// Whether one object may belong to several parents; plain values cannot be shared, and are read for each.
    shared: bool,
    keys: KeyNumbers,
    /// For each key its first parent, and the place of the object there.
    firsts: Vec<(u32, u32)>,
    /// The places of keys with further parents, by the number of the key and the parent.
    others: FxHashMap<(u32, u32), u32>,
    last: Option<(u32, Key, u32)>,
}

impl Collector {
    pub(super) fn new(
        model: &'static ModelDescriptor,
        offset: usize,
        repeats: bool,
        shared: bool,
    ) -> Self {
        Self {
            found: Found::none(model),
            count: 0,
            offset,
            key: KeyPlaces::of_key(model, offset),
            repeats,
            shared,
            keys: KeyNumbers::default(),
            firsts: Vec::new(),
            others: FxHashMap::default(),
            last: None,
        }
    }

    /// The place of the object that stands in a row; `None` when there is none.
    pub(super) fn enter(&mut self, row: &dyn Row, parent: u32) -> Result<Option<u32>> {
        let integer = self.key.integer(row);
        if let (Some(integer), Some((owner, Key::Int(last), place))) = (integer, &self.last)
            && *owner == parent
            && *last == integer
        {
            return Ok(Some(*place));
        }
        let key = match integer {
            Some(integer) => Some(Key::Int(integer)),
            None => self.key.read(row)?,
        };
        let Some(key) = key else {
            return Ok(None);
        };
        if let Some((owner, last, place)) = &self.last
            && *owner == parent
            && *last == key
        {
            return Ok(Some(*place));
        }
        let place = match self.repeats || self.shared {
            true => self.place(row, key.clone(), parent)?,
            false => self.push(row, parent)?,
        };
        self.last = Some((parent, key, place));
        Ok(Some(place))
    }

    fn place(&mut self, row: &dyn Row, key: Key, parent: u32) -> Result<u32> {
        let (number, new) = self.keys.enter(key);
        if new {
            let place = self.push(row, parent)?;
            self.firsts.push((parent, place));
            return Ok(place);
        }
        let (owner, first) = self.firsts[number as usize];
        if self.repeats {
            if owner == parent {
                return Ok(first);
            }
            if let Some(&place) = self.others.get(&(number, parent)) {
                return Ok(place);
            }
        }
        let place = match self.shared {
            true => {
                self.found.pairs.push((parent, first));
                first
            }
            false => self.push(row, parent)?,
        };
        if self.repeats {
            self.others.insert((number, parent), place);
        }
        Ok(place)
    }

    /// Takes a row that is known to stand there once.
    #[inline]
    pub(super) fn push(&mut self, row: &dyn Row, parent: u32) -> Result<u32> {
        let place = self.count;
        self.found.rows.read(row, self.offset)?;
        self.count += 1;
        self.found.pairs.push((parent, place));
        Ok(place)
    }

    pub(super) fn into_found(self) -> Found {
        self.found
    }
}

/// Reads what was joined to objects.
pub(crate) struct JoinedRows {
    branches: Vec<(Option<usize>, usize, Collector)>,
    /// The object of each branch in the row at hand.
    current: Vec<Option<u32>>,
}

impl JoinedRows {
    pub(crate) fn new(branches: &Branches, shared: bool) -> Self {
        let list = branches.list.iter().map(|branch| {
            let target = (branch.step.relation.target)();
            let collector = Collector::new(target, branch.offset, branch.repeats, shared);
            (branch.parent, branch.entity, collector)
        });
        let branches: Vec<_> = list.collect();
        Self {
            current: vec![None; branches.len()],
            branches,
        }
    }

    /// Reads what a row holds beside its own objects, `own` being the number of each entity of the row.
    pub(crate) fn row(&mut self, row: &dyn Row, own: &dyn Fn(usize) -> u32) -> Result<()> {
        for (index, (parent, entity, collector)) in self.branches.iter_mut().enumerate() {
            let parent = match parent {
                Some(parent) => self.current[*parent],
                None => Some(own(*entity)),
            };
            self.current[index] = match parent {
                Some(parent) => collector.enter(row, parent)?,
                None => None,
            };
        }
        Ok(())
    }

    /// What was found, branch by branch.
    pub(crate) fn into_found(self) -> Vec<Found> {
        let branches = self.branches.into_iter();
        branches.map(|(.., it)| it.into_found()).collect()
    }
}
