//! Names made for tables that have none of their own, and names that look as if they were.

use super::*;
use crate::sql::scope::anonymous_name;

fn users(alias: &str) -> FromItem {
    FromItem::Table(TableRef::new("users").alias(alias.to_owned()))
}

/// A query of two tables without names, and of others.
fn query(others: &[&str]) -> Select {
    let [one, other] = [7, 3].map(|number| anonymous_name("users", number));
    let mut select = from("users");
    select.items = vec![Expr::column(one.clone(), "id").into()];
    select.from = vec![users(&one), users(&other)];
    select.from.extend(others.iter().map(|name| users(name)));
    select
}

#[test]
fn numbers_follow_the_text() {
    let text = "SELECT users_1.id FROM users AS users_1, users AS users_2";
    both(query(&[]), text, text);
}

#[test]
fn numbers_of_names_that_are_taken_are_left_out() {
    let text = "SELECT users_2.id FROM users AS users_2, users AS users_4, users AS users_1, users AS users_3";
    both(query(&["users_1", "users_3"]), text, text);
    // Taken by a query inside that stands after it, or by what another table's name makes.
    let mut outer = query(&[]);
    outer.filter = Some(Expr::Exists(Box::new(Select {
        from: vec![users("users_2")],
        ..from("users")
    })));
    let text = "SELECT users_1.id FROM users AS users_1, users AS users_3 \
                WHERE EXISTS (SELECT users.id FROM users AS users_2)";
    both(outer.clone(), text, text);
    assert_eq!(
        SQLITE.pretty(&outer.into()).unwrap().lines().nth(1),
        Some("FROM users AS users_1, users AS users_3")
    );
}

#[test]
fn a_name_with_a_nul_is_refused() {
    for name in ["\0", "\0users", "\0users\0", "\0users\0x", "\0users\u{0}1x"] {
        let mut select = from("users");
        select.items = vec![Expr::column("users", name).into()];
        for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
            let error = dialect.compile_select(&select).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            assert_eq!(
                error.message(),
                format!("{name:?} cannot be an identifier: it is empty or has a NUL in it")
            );
        }
    }
}
