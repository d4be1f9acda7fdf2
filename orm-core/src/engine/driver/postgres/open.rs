//! Opening PostgreSQL connections.

use std::sync::Arc;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use super::PostgresDriver;
use super::known::Catalog;
use super::signature::Signatures;
use crate::engine::driver::classify;
use crate::engine::options::{Options, Pooler};
use crate::engine::url::PostgresUrl;
use crate::error::{Error, ErrorKind, Result};

/// Where the connections of an engine go.
pub(crate) struct PostgresTarget {
    options: PgConnectOptions,
    /// The URL without its password.
    shown: String,
    named: bool,
    statements: usize,
    catalog: Arc<Catalog>,
}

impl PostgresTarget {
    pub(crate) fn new(url: &PostgresUrl, options: &Options) -> Result<Self> {
        let from_url = url
            .get("statement-cache-capacity")
            .and_then(|count| count.parse().ok());
        let statements = options.statement_cache.or(from_url).unwrap_or(100);
        // Named statements that are not cached would never be closed on the server.
        let named = statements > 0 && options.pooler == Pooler::None;
        let connect = url
            .connect_options()?
            // What is prepared to learn its types is closed again, for which the driver must know it.
            .statement_cache_capacity(statements.max(1))
            // Values travel in binary; some poolers refuse start-up parameters they do not know.
            .extra_float_digits(None)
            .disable_statement_logging();
        Ok(Self {
            options: connect,
            shown: url.to_string(),
            named,
            statements,
            catalog: Arc::new(Catalog::new()),
        })
    }

    /// The server's host, or the folder of its socket.
    pub(crate) fn address(&self) -> String {
        match self.options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => self.options.get_host().to_owned(),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.options.get_port()
    }

    /// The database; by default that of the user's name.
    pub(crate) fn database(&self) -> String {
        let database = self.options.get_database();
        database.unwrap_or(self.options.get_username()).to_owned()
    }

    /// Opens a connection.
    pub(crate) async fn open(&self) -> Result<PostgresDriver> {
        let connection = self.options.connect().await.map_err(|error| {
            let io = match error {
                sqlx::Error::Io(io) => return self.unreachable(&io.to_string()).with_source(io),
                other => classify::postgres(other).error,
            };
            let mut error = self.unreachable(io.message());
            if let Some(code) = io.database_code() {
                error = error.with_database_code(code);
            }
            error
        })?;
        Ok(PostgresDriver {
            connection,
            signatures: Signatures::new(self.statements),
            named: self.named,
            cursors: 0,
            types: Vec::new(),
            catalog: Arc::clone(&self.catalog),
            known: Arc::default(),
            altered: false,
        })
    }

    fn unreachable(&self, cause: &str) -> Error {
        Error::new(
            ErrorKind::Connection,
            format!(
                "cannot connect to {} at {}: {cause}",
                self.shown,
                self.address()
            ),
        )
    }
}
