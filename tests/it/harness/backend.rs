//! The backends, and the run of one behaviour on one of them.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use super::{isolate, postgres, sqlite};

/// A test that takes longer than this hangs.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// A database the suite runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A fresh, empty database that one test has for itself.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    backend: Backend,
    url: String,
}

impl Db {
    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    /// An engine on the database.
    pub(crate) async fn engine(&self) -> orm_core::engine::Engine {
        orm_core::engine::Engine::connect(&self.url)
            .await
            .expect("the test's database")
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Runs `behaviour` on a fresh database, and takes the database away again, whatever comes of it.
pub(crate) fn run<F, Fut>(backend: Backend, name: &str, behaviour: F)
where
    F: FnOnce(Db) -> Fut,
    Fut: Future<Output = orm_core::Result<()>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime for the test");
    let name = isolate::unique(name);
    let url = match backend {
        Backend::Sqlite => sqlite::create(&name),
        Backend::Postgres => {
            let Some(server) = postgres::server() else {
                return;
            };
            runtime.block_on(server.create(&name))
        }
    };
    let db = Db { backend, url };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { tokio::time::timeout(TIME_LIMIT, behaviour(db)).await })
    }));
    match backend {
        Backend::Sqlite => {
            // Connections still closing must not write into a directory that is being removed.
            runtime.shutdown_timeout(Duration::from_secs(5));
            sqlite::remove(&name);
        }
        Backend::Postgres => {
            if let Some(server) = postgres::server() {
                runtime.block_on(server.remove(&name));
            }
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
    match outcome {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => panic!("on {backend:?}: {error}"),
        Ok(Err(_)) => panic!("on {backend:?}: not done after {TIME_LIMIT:?}"),
        Err(panic) => resume_unwind(panic),
    }
}
