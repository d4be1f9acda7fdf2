//! SQLite.

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use peer_diesel::schema::*;
use peer_diesel::*;
use protocol::{Clock, GETS, LARGE, SMALL, Shape, Sum, Totals, key};

pub type Conn = SqliteConnection;

macro_rules! run {
    ($query:expr) => {
        $query
    };
}

async fn stream(conn: &mut Conn, totals: &mut Totals) -> QueryResult<()> {
    let query = readings::table.order(readings::id).select(Reading::as_select());
    for row in query.load_iter::<Reading, diesel::connection::DefaultLoadingMode>(conn)? {
        let Reading { id, sensor, value } = row?;
        totals.add(id, sensor, value);
    }
    Ok(())
}

async fn begin(conn: &mut Conn) -> QueryResult<()> {
    <Conn as Connection>::TransactionManager::begin_transaction(conn)
}

async fn commit(conn: &mut Conn) -> QueryResult<()> {
    <Conn as Connection>::TransactionManager::commit_transaction(conn)
}

// Diesel would send a statement for each row anyway; here it gives each row's key.
async fn insert_items(conn: &mut Conn, rows: &[NewItem]) -> QueryResult<Vec<i64>> {
    rows.iter()
        .map(|row| diesel::insert_into(items::table).values(row).returning(items::id).get_result(conn))
        .collect()
}

async fn insert_authors(conn: &mut Conn, rows: &[NewAuthor]) -> QueryResult<Vec<i64>> {
    rows.iter()
        .map(|row| {
            diesel::insert_into(authors::table)
                .values(row)
                .returning(authors::id)
                .get_result(conn)
        })
        .collect()
}

async fn insert_books(conn: &mut Conn, rows: &[NewBook]) -> QueryResult<Vec<i64>> {
    rows.iter()
        .map(|row| diesel::insert_into(books::table).values(row).returning(books::id).get_result(conn))
        .collect()
}

async fn insert_reviews(conn: &mut Conn, rows: &[NewReview]) -> QueryResult<Vec<i64>> {
    rows.iter()
        .map(|row| {
            diesel::insert_into(reviews::table)
                .values(row)
                .returning(reviews::id)
                .get_result(conn)
        })
        .collect()
}

include!("../../work.inc");
