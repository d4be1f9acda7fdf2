//! SQLite: a prepared statement for each row.

use futures_util::TryStreamExt;
use protocol::{Clock, GETS, LARGE, SMALL, Shape, Sum, TASKS, Totals, key};
use sqlx::Connection;

use super::*;

type Conn = sqlx::SqliteConnection;
type Pool = sqlx::SqlitePool;

async fn update_items(conn: &mut Conn, items: &[Item]) -> sqlx::Result<()> {
    for item in items {
        sqlx::query(UPDATE).bind(item.price).bind(item.id).execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert_items(conn: &mut Conn, rows: &[protocol::Item]) -> sqlx::Result<Vec<i64>> {
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let query = sqlx::query("INSERT INTO items (author_id, title, year, price) VALUES ($1, $2, $3, $4)");
        let query = query.bind(row.author_id).bind(&row.title).bind(row.year).bind(row.price);
        keys.push(query.execute(&mut *conn).await?.last_insert_rowid());
    }
    Ok(keys)
}

async fn insert_users(conn: &mut Conn, users: &[(String, Option<&'static str>)]) -> sqlx::Result<()> {
    for (name, hair) in users {
        let query = sqlx::query("INSERT INTO users (name, hair_color) VALUES ($1, $2)")
            .bind(name)
            .bind(hair);
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

async fn insert_authors(conn: &mut Conn, names: &[String], countries: &[&'static str]) -> sqlx::Result<Vec<i64>> {
    let mut keys = Vec::with_capacity(names.len());
    for (name, country) in names.iter().zip(countries) {
        let query = sqlx::query("INSERT INTO authors (name, country) VALUES ($1, $2)")
            .bind(name)
            .bind(country);
        keys.push(query.execute(&mut *conn).await?.last_insert_rowid());
    }
    Ok(keys)
}

async fn insert_books(conn: &mut Conn, parents: &[i64], titles: &[String], years: &[i32]) -> sqlx::Result<Vec<i64>> {
    let mut keys = Vec::with_capacity(titles.len());
    for ((parent, title), year) in parents.iter().zip(titles).zip(years) {
        let query = sqlx::query("INSERT INTO books (author_id, title, year) VALUES ($1, $2, $3)");
        let query = query.bind(parent).bind(title).bind(year);
        keys.push(query.execute(&mut *conn).await?.last_insert_rowid());
    }
    Ok(keys)
}

async fn insert_reviews(conn: &mut Conn, parents: &[i64], stars: &[i32], texts: &[String]) -> sqlx::Result<()> {
    for ((parent, stars), text) in parents.iter().zip(stars).zip(texts) {
        let query = sqlx::query("INSERT INTO reviews (book_id, stars, body) VALUES ($1, $2, $3)");
        query.bind(parent).bind(stars).bind(text).execute(&mut *conn).await?;
    }
    Ok(())
}

include!("common.inc");
