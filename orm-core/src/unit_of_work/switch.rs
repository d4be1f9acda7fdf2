//! Row switch: an object is deleted and a new one with its key is added. The row stays, and becomes the new object's.

use rustc_hash::FxHashSet;

use super::{inserts::left_out, sync};
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
    let arenas: FxHashSet<u32> = state.doomed.iter().map(|old| old.arena).collect();
    let pending = state.pending.iter().copied();
    let mut candidates: Vec<_> = pending.filter(|new| arenas.contains(&new.arena)).collect();
    loop {
        let before = switched.len();
        for &new in &candidates {
            // A key may come from a parent, which may have to get its own row first.
            if state.meta(new).life != Life::Pending || sync::sync(state, new)?.waits {
                continue;
            }
            let key = state.any(new)?.identity();
            let held = state.find(state.descriptor(new), &key);
            if let Some(old) = held.filter(|&old| state.meta(old).doomed) {
                let kept = left_out(state, new);
                state.switch_row(old, new, kept)?;
                switched.push(old);
            }
        }
        if switched.len() == before {
            break;
        }
        candidates.retain(|&new| state.meta(new).life == Life::Pending);
    }
    if !switched.is_empty() {
        let lost: FxHashSet<_> = switched.iter().copied().collect();
        state.doomed.retain(|id| !lost.contains(id));
        state.leave_partners(&switched);
    }
    Ok(switched)
}
