//! The naming convention of constraints and indexes: `pk_<table>`, `fk_<table>_<columns>`, `uq_..`, `ix_..`, `ck_<table>_<name>`.
//!
//! A name is the same on every database, so that errors, reflection and migrations agree; one that is longer than the
//! shortest limit (63 bytes, PostgreSQL) is cut and ends in a hash of the whole.

use crate::sql::Name;

const LIMIT: usize = 63;

/// The name of a primary key.
pub fn primary_key(table: &str) -> String {
    fit(format!("pk_{table}"))
}

/// The name of a foreign key.
pub fn foreign_key<N: AsRef<str>>(table: &str, columns: &[N]) -> String {
    over("fk", table, columns)
}

/// The name of a UNIQUE constraint.
pub fn unique(table: &str, columns: &[Name]) -> String {
    over("uq", table, columns)
}

/// The name of an index.
pub fn index(table: &str, columns: &[Name]) -> String {
    over("ix", table, columns)
}

/// The full name of a CHECK constraint.
pub fn check(table: &str, name: &str) -> String {
    fit(format!("ck_{table}_{name}"))
}

fn over<N: AsRef<str>>(kind: &str, table: &str, columns: &[N]) -> String {
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    fit(format!("{kind}_{table}_{}", columns.join("_")))
}

fn fit(name: String) -> String {
    if name.len() <= LIMIT {
        return name;
    }
    let suffix = format!("_{:08x}", hash(&name));
    let mut end = LIMIT - suffix.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &name[..end])
}

/// FNV-1a: it must give the same for ever, since names in databases are made of it.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
