//! Loading relationships of plain values: trees without a session.

use super::fetch::Parents;
use super::plan::Step;
use super::rows::Found;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Key, RelationDescriptor, Rows};

/// The parents of a step, all of them: a plain value knows nothing of its relationships.
pub(crate) fn all_parents(step: &Step, parents: &dyn Rows) -> Result<Parents> {
    let link = step.relation.link()?;
    let mut all = Parents::of(step)?;
    for index in 0..parents.count() {
        if let Some(parent) = parents.get(index) {
            all.add(index as u32, parent, &link.local);
        }
    }
    Ok(all)
}

/// Gives every parent its share.
///
/// # Errors
/// `InvalidMapping` when the relationship's field is of another type than its descriptor says.
pub(crate) fn attach(step: &Step, parents: &mut dyn Rows, found: Found) -> Result<()> {
    let relation = step.relation;
    let parent_of: Vec<usize> = found.pairs.iter().map(|(it, _)| *it as usize).collect();
    if relation.field.attach(parents, found.rows, &parent_of) {
        if step.is_part()? || relation.options.filter.is_some() {
            for index in 0..parents.count() {
                if let Some(parent) = parents.get_mut(index) {
                    relation.field.mark_part(parent.as_any_mut());
                }
            }
        }
        if relation.owns_key() && relation.options.filter.is_none() && step.is_restricted()? {
            mark_hidden(relation, parents)?;
        }
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidMapping,
        format!("the field of {relation:?} is not of the type its descriptor says"),
    ))
}

/// Says of the objects that a foreign key names, and that criteria leave out, that they are there.
#[cold]
fn mark_hidden(relation: &'static RelationDescriptor, parents: &mut dyn Rows) -> Result<()> {
    for index in 0..parents.count() {
        let Some(parent) = parents.get_mut(index) else {
            continue;
        };
        if let Some(required) = relation.left_out(parent)? {
            let field = parent.as_any_mut();
            relation.field.mark_hidden(field, relation, required);
        }
    }
    Ok(())
}

/// The way down a relationship that is followed to its end: a plain value that held itself would never end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    /// For each level the keys of its objects, and which object of the level before each belongs to.
    levels: Vec<(Vec<Option<Key>>, Vec<u32>)>,
}

impl Trail {
    /// The way, with the parents as its first level where it begins here.
    pub(crate) fn begun(mut self, parents: &dyn Rows) -> Self {
        if self.levels.is_empty() {
            self.levels.push((keys(parents), Vec::new()));
        }
        self
    }

    /// One level further.
    ///
    /// # Errors
    /// `InvalidState` when an object is reached from itself, naming it.
    pub(crate) fn down(
        &mut self,
        relation: &'static RelationDescriptor,
        found: &Found,
    ) -> Result<()> {
        let parents = found.pairs.iter().map(|(parent, _)| *parent).collect();
        self.levels.push((keys(&*found.rows), parents));
        let last = self.levels.len() - 1;
        for index in 0..self.levels[last].0.len() {
            let (mut level, mut place) = (last, index);
            let key = &self.levels[last].0[index];
            while level > 0 {
                place = self.levels[level].1[place] as usize;
                level -= 1;
                if key.is_some() && self.levels[level].0[place] == *key {
                    return Err(goes_round(relation, &*found.rows, index, last - level));
                }
            }
        }
        Ok(())
    }
}

fn keys(rows: &dyn Rows) -> Vec<Option<Key>> {
    let all = 0..rows.count();
    all.map(|index| rows.get(index).map(|object| object.identity()))
        .collect()
}

#[cold]
fn goes_round(
    relation: &'static RelationDescriptor,
    rows: &dyn Rows,
    index: usize,
    steps: usize,
) -> Error {
    let name = rows.descriptor().name;
    let key = rows.get(index).map(|object| object.identity());
    let object = key.map_or(name.to_owned(), |key| format!("{name}({key})"));
    let way = vec![format!("{relation:?}"); steps].join(", ");
    let message = format!(
        "{object} cannot become a plain value: it is reached from itself by {way}; say how often with .recursive(..), or load \
         it in a session"
    );
    Error::new(ErrorKind::InvalidState, message).with_object(object)
}
