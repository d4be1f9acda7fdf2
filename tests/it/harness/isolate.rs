//! Names that no other test has: not in this process, not in another, not on a server that several machines share.

use std::sync::atomic::{AtomicU32, Ordering};

use orm_tests::process_mark;

/// A unique name for a database or directory, of at most 63 bytes (PostgreSQL's limit).
pub(super) fn unique(test: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = format!("orm_{}_{count}_{test}", process_mark());
    name.truncate(63);
    name
}
