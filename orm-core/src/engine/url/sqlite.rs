//! SQLite URLs, with sqlx's meaning: two slashes are relative, three are absolute.

use std::fmt;

use super::{configuration, decode, parameters, unknown};
use crate::error::Result;

/// A parsed SQLite URL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SqliteUrl {
    /// The file, or the name of a database in memory.
    pub(crate) path: Option<String>,
    pub(crate) mode: SqliteMode,
    pub(crate) shared_cache: bool,
    pub(crate) immutable: bool,
    pub(crate) vfs: Option<String>,
}

/// How the file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SqliteMode {
    ReadOnly,
    ReadWrite,
    Create,
    Memory,
}

impl SqliteUrl {
    /// Parses what follows `sqlite:`.
    pub(super) fn parse(rest: &str) -> Result<Self> {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        // What fails to open is named in an error, and this is of a server, with its password.
        if path
            .rsplit_once('@')
            .is_some_and(|(user, _)| user.contains(':'))
        {
            return Err(configuration(
                "the SQLite URL looks like one of a server, with user and password; a file's name has %3A for : and %40 for @",
            ));
        }
        let memory = path == ":memory:";
        let path = decode(path)?;
        let mut url = Self {
            path: (!memory && !path.is_empty()).then_some(path),
            mode: if memory {
                SqliteMode::Memory
            } else {
                SqliteMode::ReadWrite
            },
            shared_cache: false,
            immutable: false,
            vfs: None,
        };
        for pair in parameters(query) {
            let (key, value) = pair?;
            url.set(&key, &value, memory)?;
        }
        if url.path.is_none() && url.mode != SqliteMode::Memory {
            return Err(configuration(
                "the SQLite URL names no file; write sqlite::memory: for a database in memory, \
                 sqlite://file.db for a file",
            ));
        }
        Ok(url)
    }

    fn set(&mut self, key: &str, value: &str, memory: bool) -> Result<()> {
        match (key, value) {
            ("mode", "memory") => self.mode = SqliteMode::Memory,
            ("mode", _) if memory => {
                return Err(configuration(
                    "sqlite::memory: is in memory; leave the parameter mode out",
                ));
            }
            ("mode", "ro") => self.mode = SqliteMode::ReadOnly,
            ("mode", "rw") => self.mode = SqliteMode::ReadWrite,
            ("mode", "rwc") => self.mode = SqliteMode::Create,
            ("mode", _) => {
                return Err(configuration(
                    "the parameter mode is one of ro, rw, rwc, memory",
                ));
            }
            ("cache", "shared") => self.shared_cache = true,
            ("cache", "private") => self.shared_cache = false,
            ("cache", _) => {
                return Err(configuration("the parameter cache is shared or private"));
            }
            ("immutable", "true" | "1") => self.immutable = true,
            ("immutable", "false" | "0") => self.immutable = false,
            ("immutable", _) => {
                return Err(configuration("the parameter immutable is true or false"));
            }
            ("vfs", name) => self.vfs = Some(name.to_owned()),
            _ => {
                return Err(unknown("mode, cache, immutable, vfs"));
            }
        }
        Ok(())
    }
}

impl fmt::Display for SqliteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            SqliteMode::Memory => return f.write_str("sqlite::memory:"),
            SqliteMode::ReadOnly => "ro",
            SqliteMode::ReadWrite => "rw",
            SqliteMode::Create => "rwc",
        };
        let path = self.path.as_deref().unwrap_or_default();
        write!(f, "sqlite://{path}?mode={mode}")
    }
}
