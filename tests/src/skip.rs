//! Leaving PostgreSQL out where there is none: never silently, and never where it is required.

use std::io::Write;
use std::process::Command;
use std::sync::Once;

/// Whether it is a failure to leave PostgreSQL out.
pub(crate) fn forbidden() -> bool {
    std::env::var_os("ORM_REQUIRE_POSTGRES").is_some_and(|value| value != "0" && !value.is_empty())
}

/// Says once how many tests are not run, and why.
pub(crate) fn tell(reason: &str) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        let count = count().map_or_else(|| "the".to_owned(), |count| count.to_string());
        // Unlike eprintln!, this is not captured by the test runner, so it is seen although the tests pass.
        let _ = writeln!(
            std::io::stderr(),
            "\nNOT RUN: {count} PostgreSQL tests, because {reason}. Install it (Debian: apt-get install postgresql) \
             or name a server: ORM_TEST_POSTGRES_URL=postgres://user:password@host/postgres"
        );
    });
}

/// How many PostgreSQL tests this run was asked for: this program is asked for its list, with the same filters.
fn count() -> Option<usize> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program)
        .args(std::env::args_os().skip(1))
        .arg("--list")
        .output()
        .ok()?;
    let list = String::from_utf8(output.stdout).ok()?;
    Some(
        list.lines()
            .filter(|line| line.ends_with(": test") && line.contains("::postgres"))
            .count(),
    )
}
