//! Every operation in every state of an object, as one table.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;
use crate::scenarios::user_address::{self, Address, AddressAccessors as _, User};

const STATES: [Life; 5] = [
    Life::Transient,
    Life::Pending,
    Life::Persistent,
    Life::Deleted,
    Life::Detached,
];

/// What each operation makes of an object in each of the states, in their order; `refused` is a typed error.
const TABLE: &str = "\
add                 pending    pending    persistent pending    pending
delete              refused    refused    persistent deleted    refused
expunge             gone       gone       gone       gone       gone
detach              transient  pending    persistent deleted    detached
expire              refused    refused    persistent refused    refused
refresh             refused    persistent persistent refused    refused
merge               transient  persistent persistent deleted    detached
get                 transient  persistent persistent deleted    detached
flush               transient  persistent persistent deleted    detached
commit              transient  persistent persistent detached   detached
rollback            transient  transient  persistent persistent detached
rollback to before  transient  transient  persistent persistent detached
rollback to after   transient  persistent persistent deleted    detached
read                transient  pending    persistent deleted    detached
write               transient  pending    persistent deleted    detached
link                pending    pending    persistent pending    pending
";

/// A session with an object in a state, and a savepoint from before that, if it is of the same transaction.
async fn object_in(
    engine: &Engine,
    life: Life,
    inside: bool,
) -> orm_core::Result<(Session, Handle<User>, Option<orm_core::session::Savepoint>)> {
    let mut session = engine.session();
    let stored = session.get_one::<User>(1000).await?;
    let transient = session.add(User::named("transient"));
    session.rollback().await?;
    if life == Life::Detached {
        session.delete(stored)?;
        session.commit().await?;
    }
    let point = match inside {
        true => Some(session.savepoint().await?),
        false => None,
    };
    let handle = match life {
        Life::Transient => transient,
        Life::Pending => session.add(User::named("pending")),
        Life::Persistent | Life::Detached => stored,
        Life::Deleted => {
            session.delete(stored)?;
            session.flush().await?;
            stored
        }
    };
    assert_eq!(session.life(handle)?, life);
    Ok((session, handle, point))
}

async fn apply(operation: &str, session: &mut Session, user: Handle<User>) -> orm_core::Result<()> {
    let key = session[user].id;
    match operation {
        "add" => _ = session.add(user),
        "delete" => session.delete(user)?,
        "expunge" => _ = session.expunge(user)?,
        "detach" => _ = session.detach(user)?,
        "expire" => session.expire(user)?,
        "refresh" => session.refresh(user).await?,
        "merge" => {
            _ = session
                .merge(User {
                    id: key,
                    ..User::named("merged")
                })
                .await?
        }
        "get" => {
            _ = session
                .get::<User>(if key == 0 { 9999 } else { key })
                .await?
        }
        "flush" => session.flush().await?,
        "commit" => session.commit().await?,
        "rollback" => session.rollback().await?,
        "read" => assert!(!session[user].name.is_empty()),
        "write" => session[user].name = "written".into(),
        "link" => {
            let address = session.add(Address::of("linked"));
            address.user(session).set(user)?;
        }
        other => panic!("{other} is not in the table"),
    }
    Ok(())
}

both! {
    /// The table holds, and what is refused says so by operation, object and state.
    async fn every_operation_in_every_state(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut found = String::new();
        for row in TABLE.lines() {
            let operation = row[..20].trim();
            found.push_str(&format!("{operation:20}"));
            for (index, life) in STATES.into_iter().enumerate() {
                engine.execute(text("DELETE FROM addresses")).await?;
                engine.execute(text("DELETE FROM users")).await?;
                engine.execute(text("INSERT INTO users (id, name) VALUES (1000, 'jack')")).await?;
                let (mut session, user, point) = object_in(&engine, life, operation == "rollback to before").await?;
                let outcome = match operation {
                    "rollback to before" => session.rollback_to(point.unwrap()).await,
                    "rollback to after" => {
                        let point = session.savepoint().await?;
                        session.rollback_to(point).await
                    }
                    other => apply(other, &mut session, user).await,
                };
                let cell = match outcome {
                    Ok(()) if session.try_get(user).is_err() => "gone".to_owned(),
                    Ok(()) => session.life(user)?.to_string(),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
                        let object = match life {
                            Life::Transient => "User#1 (new)",
                            Life::Pending => "User#2 (new)",
                            _ => "User(1000)",
                        };
                        let said = format!("cannot {operation} {object}: it is {life}; ");
                        assert!(error.message().starts_with(&said), "{error}");
                        assert_eq!(session.life(user)?, life);
                        "refused".to_owned()
                    }
                };
                let width = if index == 4 { 0 } else { 11 };
                found.push_str(&format!("{cell:width$}"));
                session.rollback().await?;
            }
            found.push('\n');
        }
        assert_eq!(found, TABLE);
    }
}
