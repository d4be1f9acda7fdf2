//! Names that no other test has: not in this process, not in another, not on a server that several machines share.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A mark of this test process.
pub(super) fn process_mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_micros() & 0xffff_ffff);
        format!("{}_{now:08x}", process::id())
    })
}

/// A unique name for a database or directory, of at most 63 bytes (PostgreSQL's limit).
pub(super) fn unique(test: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = format!("orm_{}_{count}_{test}", process_mark());
    name.truncate(63);
    name
}
