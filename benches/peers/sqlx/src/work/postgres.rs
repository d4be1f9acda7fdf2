//! PostgreSQL: arrays, one statement for any number of rows.

use futures_util::TryStreamExt;
use protocol::{Clock, GETS, LARGE, SMALL, Shape, Sum, TASKS, Totals, key};
use sqlx::Connection;

use super::*;

type Conn = sqlx::PgConnection;
type Pool = sqlx::PgPool;

async fn update_items(conn: &mut Conn, items: &[Item]) -> sqlx::Result<()> {
    let ids: Vec<i64> = items.iter().map(|item| item.id).collect();
    let prices: Vec<f64> = items.iter().map(|item| item.price).collect();
    let sql = "UPDATE items SET price = c.price FROM UNNEST($1::bigint[], $2::double precision[]) AS c (id, price) WHERE items.id = c.id";
    sqlx::query(sql).bind(ids).bind(prices).execute(conn).await?;
    Ok(())
}

async fn insert_items(conn: &mut Conn, rows: &[protocol::Item]) -> sqlx::Result<Vec<i64>> {
    let authors: Vec<i64> = rows.iter().map(|row| row.author_id).collect();
    let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    let years: Vec<i32> = rows.iter().map(|row| row.year).collect();
    let prices: Vec<f64> = rows.iter().map(|row| row.price).collect();
    let sql = "INSERT INTO items (author_id, title, year, price) \
               SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::int[], $4::double precision[]) RETURNING id";
    sqlx::query_scalar(sql)
        .bind(authors)
        .bind(titles)
        .bind(years)
        .bind(prices)
        .fetch_all(conn)
        .await
}

async fn insert_users(conn: &mut Conn, users: &[(String, Option<&'static str>)]) -> sqlx::Result<()> {
    let names: Vec<&str> = users.iter().map(|user| user.0.as_str()).collect();
    let hair: Vec<Option<&str>> = users.iter().map(|user| user.1).collect();
    let sql = "INSERT INTO users (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[])";
    sqlx::query(sql).bind(names).bind(hair).execute(conn).await?;
    Ok(())
}

async fn insert_authors(conn: &mut Conn, names: &[String], countries: &[&'static str]) -> sqlx::Result<Vec<i64>> {
    let sql = "INSERT INTO authors (name, country) SELECT * FROM UNNEST($1::text[], $2::text[]) RETURNING id";
    sqlx::query_scalar(sql).bind(names).bind(countries).fetch_all(conn).await
}

async fn insert_books(conn: &mut Conn, parents: &[i64], titles: &[String], years: &[i32]) -> sqlx::Result<Vec<i64>> {
    let sql = "INSERT INTO books (author_id, title, year) SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::int[]) RETURNING id";
    sqlx::query_scalar(sql).bind(parents).bind(titles).bind(years).fetch_all(conn).await
}

async fn insert_reviews(conn: &mut Conn, parents: &[i64], stars: &[i32], texts: &[String]) -> sqlx::Result<()> {
    let sql = "INSERT INTO reviews (book_id, stars, body) SELECT * FROM UNNEST($1::bigint[], $2::int[], $3::text[])";
    sqlx::query(sql).bind(parents).bind(stars).bind(texts).execute(conn).await?;
    Ok(())
}

include!("common.inc");
