//! A fresh SQLite database: a file in a directory of its own, removed after the test.

use std::fs;
use std::path::PathBuf;

fn directory(name: &str) -> PathBuf {
    std::env::temp_dir().join(name)
}

/// Makes the directory and gives the URL of the file that will be created there.
pub(super) fn create(name: &str) -> String {
    let directory = directory(name);
    fs::create_dir(&directory).expect("a directory for the test's database");
    format!("sqlite://{}/test.db?mode=rwc", directory.display())
}

/// Removes the directory with all that SQLite left there.
pub(super) fn remove(name: &str) {
    if let Err(error) = fs::remove_dir_all(directory(name)) {
        panic!("the database of {name} cannot be removed: {error}");
    }
}
