//! A session that lets go of its objects uses their room again.

use orm_core::prelude::*;

use crate::harness::both;
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

both! {
    /// Rows fill the slots of objects that were expunged; handles to those stay stale, and one that stays is where it was.
    async fn loads_fill_what_was_given_up(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        for number in 0..300 {
            session.add(User { addresses: [Address::of("a")].into(), ..User::named(&format!("u{number}")) });
        }
        session.commit().await?;
        session.expunge_all();
        let kept = session.get_one::<User>(7).await?;
        let mut stale: Vec<Handle<User>> = Vec::new();
        for round in 0..20 {
            let users = session.all(User::select().filter(User::id.gt(100)).order_by(User::id).with(User::addresses)).await?;
            assert_eq!(users.len(), 200);
            for old in &stale {
                assert_eq!(session.try_get(*old).unwrap_err().kind(), ErrorKind::UnknownHandle);
            }
            for (&user, number) in users.iter().zip(100..) {
                assert_eq!(session[user].name, format!("u{number}"));
                let [address] = user.addresses(&mut session).await?[..] else { panic!("one address") };
                assert_eq!(address.user(&mut session).await?, Some(user));
                assert_eq!(session[address].user_id, Some(session[user].id));
            }
            assert_eq!(session[kept].name, "u6");
            assert_eq!(session.get::<User>(7).await?, Some(kept));
            for &user in &users {
                let addresses = user.addresses(&mut session).await?;
                for address in addresses {
                    session.expunge(address)?;
                }
                session.expunge(user)?;
            }
            stale = users;
            if round == 5 {
                session[kept].fullname = Some("kept".into());
                session.commit().await?;
            }
        }
    }
}
