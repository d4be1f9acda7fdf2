//! The work on an asynchronous connection.

use diesel::prelude::{BelongingToDsl, ExpressionMethods, GroupedBy, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use futures_util::TryStreamExt;
use peer_diesel::schema::*;
use peer_diesel::*;
use protocol::{Clock, GETS, LARGE, SMALL, Shape, Sum, Totals, key};

pub type Conn = AsyncPgConnection;

macro_rules! run {
    ($query:expr) => {
        $query.await
    };
}

async fn stream(conn: &mut Conn, totals: &mut Totals) -> QueryResult<()> {
    let query = readings::table.order(readings::id).select(Reading::as_select());
    let mut rows = query.load_stream::<Reading>(conn).await?;
    while let Some(Reading { id, sensor, value }) = rows.try_next().await? {
        totals.add(id, sensor, value);
    }
    Ok(())
}

async fn begin(conn: &mut Conn) -> QueryResult<()> {
    <Conn as AsyncConnection>::TransactionManager::begin_transaction(conn).await
}

async fn commit(conn: &mut Conn) -> QueryResult<()> {
    <Conn as AsyncConnection>::TransactionManager::commit_transaction(conn).await
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
