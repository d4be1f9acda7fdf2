//! Rows of the tables between two models: written after both ends, deleted before them.

use super::plan::Operation;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{LinkEnd, LinkTable, ObjectId, PassiveDeletes};
use crate::state::{Life, LinkChange, State};
use crate::types::{SqlType, Values};

/// One batch of a table between two models.
#[derive(Debug)]
pub(crate) struct LinkWrite {
    pub(crate) operation: Operation,
    pub(crate) table: &'static LinkTable,
    pub(crate) rows: LinkRows,
}

/// Which rows of the table.
#[derive(Debug)]
pub(crate) enum LinkRows {
    /// One for each pair, the end of the table's first columns first.
    Pairs(Vec<(ObjectId, ObjectId)>),
    /// All of these objects, which are the table's local end.
    Of(Vec<ObjectId>),
}

/// The batches of the pairs that came or went, and those that take along the pairs of the objects to be deleted.
///
/// `switched` are objects that are deleted, but whose rows stay.
pub(super) fn plan(state: &State, switched: &[ObjectId]) -> Result<Vec<LinkWrite>> {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for change in state.links.in_order() {
        if !is_due(state, &change)? {
            continue;
        }
        let pair = if change.table.local_first() {
            (change.local, change.remote)
        } else {
            (change.remote, change.local)
        };
        let list = if change.added { &mut come } else { &mut gone };
        let operation = if change.added {
            Operation::Insert
        } else {
            Operation::Delete
        };
        let same = |write: &&mut LinkWrite| write.table.table == change.table.table;
        match list.iter_mut().find(same) {
            Some(LinkWrite {
                rows: LinkRows::Pairs(pairs),
                ..
            }) => pairs.push(pair),
            _ => list.push(LinkWrite {
                operation,
                table: change.table,
                rows: LinkRows::Pairs(vec![pair]),
            }),
        }
    }
    gone.extend(of_doomed(state, switched)?);
    gone.extend(come);
    Ok(gone)
}

/// Whether a change has to be written: not when an end that is to be deleted takes the pair along.
fn is_due(state: &State, change: &LinkChange) -> Result<bool> {
    let ends = [change.local, change.remote];
    if change.added {
        for id in ends {
            let meta = state.meta(id);
            match meta.life {
                Life::Pending => {}
                Life::Persistent if !meta.doomed => {}
                Life::Transient => return Err(not_in_session(state, change, id)),
                _ => return Ok(false),
            }
        }
        return Ok(true);
    }
    let inverse = change.relation.inverse()?.is_some();
    let stays = |id: ObjectId, takes_along: bool| {
        let meta = state.meta(id);
        meta.life == Life::Persistent && !(meta.doomed && takes_along)
    };
    Ok(stays(change.local, true) && stays(change.remote, inverse))
}

/// The pairs of the objects that are to be deleted, however many there are: they need not be loaded.
fn of_doomed(state: &State, switched: &[ObjectId]) -> Result<Vec<LinkWrite>> {
    let mut writes: Vec<LinkWrite> = Vec::new();
    for &id in state.doomed.iter().chain(switched) {
        for relation in state.descriptor(id).relations {
            let Some(table) = relation.link_table()? else {
                continue;
            };
            let options = relation.options;
            if options.view_only || options.passive_deletes != PassiveDeletes::No {
                continue;
            }
            let same = |write: &&mut LinkWrite| {
                write.table.table == table.table && write.table.local == table.local
            };
            match writes.iter_mut().find(same) {
                Some(LinkWrite {
                    rows: LinkRows::Of(ids),
                    ..
                }) if ids.last() == Some(&id) => {}
                Some(LinkWrite {
                    rows: LinkRows::Of(ids),
                    ..
                }) => ids.push(id),
                _ => writes.push(LinkWrite {
                    operation: Operation::Delete,
                    table,
                    rows: LinkRows::Of(vec![id]),
                }),
            }
        }
    }
    Ok(writes)
}

impl LinkWrite {
    /// How many rows are sent: for [`LinkRows::Of`] one for each object.
    pub(crate) fn count(&self) -> usize {
        match &self.rows {
            LinkRows::Pairs(pairs) => pairs.len(),
            LinkRows::Of(ids) => ids.len(),
        }
    }

    /// Whether each row sent must delete one.
    pub(crate) fn parts_pairs(&self) -> bool {
        self.operation == Operation::Delete && matches!(self.rows, LinkRows::Pairs(_))
    }

    /// The part of the rows beyond a limit.
    pub(super) fn split_off(&mut self, at: usize) -> Self {
        Self {
            operation: self.operation,
            table: self.table,
            rows: match &mut self.rows {
                LinkRows::Pairs(pairs) => LinkRows::Pairs(pairs.split_off(at)),
                LinkRows::Of(ids) => LinkRows::Of(ids.split_off(at)),
            },
        }
    }

    /// The columns that the parameters of a row are for.
    pub(crate) fn columns(&self) -> Vec<(&'static str, SqlType)> {
        let typed = |end: &'static LinkEnd| {
            let keys = end.keys.iter();
            let types = keys.map(|&key| end.model.columns[key].sql_type);
            end.columns.iter().map(AsRef::as_ref).zip(types)
        };
        let [first, second] = self.table.ends();
        match self.rows {
            LinkRows::Pairs(_) => typed(first).chain(typed(second)).collect(),
            LinkRows::Of(_) => typed(&self.table.local).collect(),
        }
    }

    /// The values to send, row after row. Called when every earlier batch has been applied, so that both ends have keys.
    ///
    /// # Errors
    /// `UnknownHandle` when an object has been expunged meanwhile.
    pub(crate) fn values(&self, state: &State) -> Result<Values> {
        let mut values = Values::with_capacity(self.columns().len() * self.count());
        match &self.rows {
            LinkRows::Pairs(pairs) => {
                let [first, second] = self.table.ends();
                for &(one, other) in pairs {
                    push_key(state, one, first, &mut values)?;
                    push_key(state, other, second, &mut values)?;
                }
            }
            LinkRows::Of(ids) => {
                for &id in ids {
                    push_key(state, id, &self.table.local, &mut values)?;
                }
            }
        }
        Ok(values)
    }

    /// What was affected means.
    ///
    /// # Errors
    /// `StaleData` when fewer pairs were deleted than were there.
    pub(crate) fn apply(&self, state: &State, affected: u64, missed: Option<usize>) -> Result<()> {
        if !self.parts_pairs() || affected == self.count() as u64 {
            return Ok(());
        }
        let table = self.table.table;
        let message = format!(
            "a DELETE of {} rows of {table} matched {affected}: a pair was parted by another transaction, or never was \
             one; reload the relationship and try again",
            self.count()
        );
        let error = Error::new(ErrorKind::StaleData, message).with_table(table);
        Err(match missed.or((self.count() == 1).then_some(0)) {
            Some(index) => error.with_object(self.describe(state, index)),
            None => error,
        })
    }

    /// Adds to the error of the write what the mapping knows: the table, and the pair where it is known.
    #[cold]
    pub(crate) fn explain(&self, state: &State, error: Error) -> Error {
        let error = if error.table().is_none() {
            error.with_table(self.table.table)
        } else {
            error
        };
        match error.row().or((self.count() == 1).then_some(0)) {
            Some(row) if error.object().is_none() && row < self.count() => {
                error.with_object(self.describe(state, row))
            }
            _ => error,
        }
    }

    /// A row, for messages.
    fn describe(&self, state: &State, index: usize) -> String {
        match &self.rows {
            LinkRows::Pairs(pairs) => {
                let (one, other) = pairs[index];
                format!("{} and {}", state.describe(one), state.describe(other))
            }
            LinkRows::Of(ids) => state.describe(ids[index]),
        }
    }
}

/// The key by which the database knows an object.
fn push_key(state: &State, id: ObjectId, end: &LinkEnd, values: &mut Values) -> Result<()> {
    match state.meta(id).snapshot() {
        Some(snapshot) => end
            .keys
            .iter()
            .for_each(|&key| values.push(snapshot[key].as_ref())),
        None => state.any(id)?.push_values(end.keys, values),
    }
    Ok(())
}

#[cold]
fn not_in_session(state: &State, change: &LinkChange, id: ObjectId) -> Error {
    let object = state.describe(id);
    Error::new(
        ErrorKind::InvalidState,
        format!(
            "{object} is in {:?} of {}, but is {}; add it to the session",
            change.relation,
            state.describe(if id == change.local {
                change.remote
            } else {
                change.local
            }),
            state.meta(id).life
        ),
    )
    .with_object(object)
    .with_table(change.table.table)
}
