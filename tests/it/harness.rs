//! Runs a behaviour on every backend, each time on a fresh database.
//!
//! ```text
//! both! {
//!     /// What must hold.
//!     async fn name_of_the_behaviour(db: Db) {
//!         let engine = db.engine().await;
//!         ...
//!     }
//! }
//! ```
//! makes the tests `name_of_the_behaviour::sqlite` and `name_of_the_behaviour::postgres`. The body may use `?` on
//! the library's results.

mod backend;
mod isolate;
mod log;
mod postgres;
mod selftest;
mod sqlite;

pub(crate) use backend::{Backend, Db, run};
pub(crate) use log::Log;

/// Makes one test for each backend of each behaviour; see the module's documentation.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Db) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($db: $crate::harness::Db) -> orm_core::Result<()> {
            $body
            Ok(())
        }

        mod $name {
            #[test]
            fn sqlite() {
                $crate::harness::run($crate::harness::Backend::Sqlite, stringify!($name), super::$name);
            }

            #[test]
            fn postgres() {
                $crate::harness::run($crate::harness::Backend::Postgres, stringify!($name), super::$name);
            }
        }
    )+};
}

pub(crate) use both;
