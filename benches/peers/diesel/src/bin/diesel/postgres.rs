//! PostgreSQL by libpq.

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use peer_diesel::schema::*;
use peer_diesel::*;
use protocol::{Clock, GETS, LARGE, SMALL, Shape, Sum, Totals, key};

pub type Conn = PgConnection;

macro_rules! run {
    ($query:expr) => {
        $query
    };
}

async fn stream(conn: &mut Conn, totals: &mut Totals) -> QueryResult<()> {
    let query = readings::table.order(readings::id).select(Reading::as_select());
    for row in query.load_iter::<Reading, diesel::pg::PgRowByRowLoadingMode>(conn)? {
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

async fn insert_items(conn: &mut Conn, rows: &[NewItem]) -> QueryResult<Vec<i64>> {
    let mut keys = Vec::with_capacity(rows.len());
    // PostgreSQL takes at most 65,535 parameters.
    for rows in rows.chunks(65_535 / 4) {
        keys.extend(run!(
            diesel::insert_into(items::table)
                .values(rows)
                .returning(items::id)
                .get_results::<i64>(conn)
        )?);
    }
    Ok(keys)
}

async fn insert_authors(conn: &mut Conn, rows: &[NewAuthor]) -> QueryResult<Vec<i64>> {
    let mut keys = Vec::with_capacity(rows.len());
    // PostgreSQL takes at most 65,535 parameters.
    for rows in rows.chunks(65_535 / 2) {
        keys.extend(run!(
            diesel::insert_into(authors::table)
                .values(rows)
                .returning(authors::id)
                .get_results::<i64>(conn)
        )?);
    }
    Ok(keys)
}

async fn insert_books(conn: &mut Conn, rows: &[NewBook]) -> QueryResult<Vec<i64>> {
    let mut keys = Vec::with_capacity(rows.len());
    // PostgreSQL takes at most 65,535 parameters.
    for rows in rows.chunks(65_535 / 3) {
        keys.extend(run!(
            diesel::insert_into(books::table)
                .values(rows)
                .returning(books::id)
                .get_results::<i64>(conn)
        )?);
    }
    Ok(keys)
}

async fn insert_reviews(conn: &mut Conn, rows: &[NewReview]) -> QueryResult<Vec<i64>> {
    let mut keys = Vec::with_capacity(rows.len());
    // PostgreSQL takes at most 65,535 parameters.
    for rows in rows.chunks(65_535 / 3) {
        keys.extend(run!(
            diesel::insert_into(reviews::table)
                .values(rows)
                .returning(reviews::id)
                .get_results::<i64>(conn)
        )?);
    }
    Ok(keys)
}

include!("../../work.inc");
