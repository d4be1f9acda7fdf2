//! How relationships are loaded: strategies, depth, filters and limits, result shapes.

mod declared;
mod defaults;
mod existing;
mod filtered;
mod gets;
mod joined;
mod joined_rows;
mod kinds;
mod large;
mod limits;
mod links;
mod matrix;
mod nested;
mod owned;
mod predicates;
mod raise;
mod recursion;
mod shapes;
mod strategies;
mod write_only;

use orm_core::prelude::*;

use crate::scenarios::user_address::{Address, User, UserAccessors as _};

/// The e-mails of a user's addresses, as the session gives them.
async fn emails(session: &mut Session, user: Handle<User>) -> orm_core::Result<Vec<String>> {
    let addresses = user.addresses(session).await?;
    Ok(emails_of(session, &addresses))
}

fn emails_of(session: &Session, addresses: &[Handle<Address>]) -> Vec<String> {
    let emails = addresses
        .iter()
        .map(|&address| session[address].email.clone());
    emails.collect()
}
