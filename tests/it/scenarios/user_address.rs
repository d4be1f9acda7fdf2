//! Users with addresses: one-to-many with both sides declared, no cascade beyond save-update.

use orm_core::engine::Engine;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "users")]
pub(crate) struct User {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) fullname: Option<String>,
    #[orm(back_populates = user, order_by = Address::id)]
    pub(crate) addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "addresses")]
pub(crate) struct Address {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = User::id)]
    pub(crate) user_id: Option<i64>,
    pub(crate) email: String,
    #[orm(back_populates = addresses)]
    pub(crate) user: BelongsTo<User>,
}

impl User {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Default::default()
        }
    }
}

impl Address {
    pub(crate) fn of(email: &str) -> Self {
        Self {
            email: email.into(),
            ..Default::default()
        }
    }
}

/// The empty tables.
pub(crate) async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(User, Address)>()?.create_all(engine).await
}

/// Users 1 'ed' and 2 'jack'; addresses 1 'a1' and 2 'a2' of ed, 3 'b1' of jack.
pub(crate) async fn data(engine: &Engine) -> orm_core::Result<()> {
    tables(engine).await?;
    let mut session = engine.session();
    let ed = session.add(User {
        addresses: [Address::of("a1"), Address::of("a2")].into(),
        ..User::named("ed")
    });
    let jack = session.add(User {
        addresses: [Address::of("b1")].into(),
        ..User::named("jack")
    });
    session.commit().await?;
    assert_eq!((session[ed].id, session[jack].id), (1, 2));
    Ok(())
}
