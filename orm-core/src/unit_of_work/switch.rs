//! Row switch: an object is deleted and a new one with its key is added. The row stays, and becomes the new object's.

use super::sync;
use crate::error::Result;
use crate::mapping::ObjectId;
use crate::state::{Life, State};

/// Gives new objects the rows of objects that are to be deleted, where the keys are the same; the objects that lost
/// their rows. What differs is then an update like any other.
pub(super) fn rows(state: &mut State) -> Result<Vec<ObjectId>> {
    let mut switched = Vec::new();
    if state.doomed.is_empty() {
        return Ok(switched);
    }
    for new in state.pending.clone() {
        if state.meta(new).life != Life::Pending
            || !state.doomed.iter().any(|old| old.arena == new.arena)
            || sync::sync(state, new)?.waits
        {
            continue;
        }
        let key = state.any(new)?.identity();
        let held = state.find(state.descriptor(new), &key);
        if let Some(old) = held.filter(|&old| state.meta(old).doomed) {
            state.switch_row(old, new)?;
            switched.push(old);
        }
    }
    if !switched.is_empty() {
        state.doomed.retain(|id| !switched.contains(id));
        state.leave_partners(&switched);
    }
    Ok(switched)
}
