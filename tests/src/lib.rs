//! The PostgreSQL server of a test process: one that is named, or a throwaway cluster.

mod cluster;
mod skip;

use std::process;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The URL of the server that this process's tests share: that of `ORM_TEST_POSTGRES_URL`, or a throwaway cluster, which
/// ends with the process. `None` where there is none and none is required (`ORM_REQUIRE_POSTGRES`); that is then said
/// once, visibly.
///
/// # Panics
/// When a server is required and there is none.
pub fn postgres_url() -> Option<&'static str> {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    let url = URL.get_or_init(|| match std::env::var("ORM_TEST_POSTGRES_URL") {
        Ok(url) => Ok(url),
        Err(_) => cluster::start(),
    });
    match url {
        Ok(url) => Some(url),
        Err(reason) if skip::forbidden() => {
            panic!("PostgreSQL is required (ORM_REQUIRE_POSTGRES), but {reason}")
        }
        Err(reason) => {
            skip::tell(reason);
            None
        }
    }
}

/// A mark of this test process, for names that no other process uses, not even on another machine.
pub fn process_mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_micros() & 0xffff_ffff);
        format!("{}_{now:08x}", process::id())
    })
}
