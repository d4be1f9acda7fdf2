//! What was sent, compared inline.

use orm_core::engine::Engine;

use super::{Backend, Db};

/// The statements that an engine sends from here on; transaction control is left out.
pub(crate) struct Log {
    engine: Engine,
    backend: Backend,
}

impl Log {
    pub(crate) fn new(db: &Db, engine: &Engine) -> Self {
        engine.statements().clear();
        Self {
            engine: engine.clone(),
            backend: db.backend(),
        }
    }

    /// The texts sent since the last look, the placeholders of both databases written `?`, and without the checks of numbers
    /// that SQLite needs.
    pub(crate) fn take(&self) -> Vec<String> {
        self.engine
            .statements()
            .take_statements()
            .iter()
            .map(|sent| unchecked(plain(&sent.sql)))
            .collect()
    }

    /// Exactly these statements were sent, on both databases.
    #[track_caller]
    pub(crate) fn sent<const N: usize>(&self, expected: [&str; N]) {
        assert_eq!(
            self.take(),
            expected.map(str::to_owned),
            "on {:?}",
            self.backend
        );
    }

    /// Exactly these statements were sent, where the databases are sent different ones.
    #[track_caller]
    pub(crate) fn sent_each(&self, sqlite: &[&str], postgres: &[&str]) {
        let expected = match self.backend {
            Backend::Sqlite => sqlite,
            Backend::Postgres => postgres,
        };
        assert_eq!(self.take(), expected, "on {:?}", self.backend);
    }

    /// Nothing was sent.
    #[track_caller]
    pub(crate) fn nothing(&self) {
        self.sent([]);
    }
}

/// `$1` and `?` are the same place.
fn plain(sql: &str) -> String {
    let mut out = String::new();
    let mut chars = sql.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '$' && chars.peek().is_some_and(char::is_ascii_digit) {
            while chars.peek().is_some_and(char::is_ascii_digit) {
                chars.next();
            }
            out.push('?');
        } else {
            out.push(char);
        }
    }
    out
}

/// `checked_integer(a + ?)` is `a + ?` where the database checks by itself.
fn unchecked(mut sql: String) -> String {
    for kind in ["smallint", "integer", "bigint", "divisor"] {
        let name = format!("checked_{kind}(");
        while let Some(start) = sql.find(&name) {
            let inner = start + name.len();
            let mut depth = 1;
            let end = sql[inner..].find(|char| {
                depth += match char {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let end = inner + end.expect("a parenthesis that closes");
            sql.replace_range(end..=end, "");
            sql.replace_range(start..inner, "");
        }
    }
    sql
}
