//! Fills a database with the rows that all contenders begin with. Each row's values follow from its number.

use std::fmt::Write;

use protocol as p;

/// How many authors, books each, reviews each.
const GRAPH: p::Shape = p::Shape {
    authors: 100,
    books: 10,
    reviews: 3,
};
const USERS: i64 = 10_000;
const COMMENTS: i64 = 3;

/// Creates the tables and their rows.
pub fn fill(url: &str) {
    let postgres = !url.starts_with("sqlite");
    let mut sql = String::new();
    let mut rows = Rows { sql: &mut sql };
    for n in 1..=p::ITEMS {
        let p::Item {
            author_id,
            title,
            year,
            price,
            ..
        } = p::item(n);
        rows.add("items", n, &format!("{n}, {author_id}, '{title}', {year}, {price:?}"));
    }
    for n in 1..=GRAPH.authors {
        rows.add("authors", n, &format!("{n}, '{}', '{}'", p::author_name(n), p::country(n)));
    }
    for n in 1..=GRAPH.authors * GRAPH.books {
        let author = (n - 1) / GRAPH.books + 1;
        rows.add("books", n, &format!("{n}, {author}, '{}', {}", p::book_title(n), 1900 + n % 120));
    }
    for n in 1..=GRAPH.authors * GRAPH.books * GRAPH.reviews {
        let book = (n - 1) / GRAPH.reviews + 1;
        rows.add("reviews", n, &format!("{n}, {book}, {}, '{}'", n % 5 + 1, p::review_text(n)));
    }
    let (mut post, mut comment) = (0, 0);
    for n in 1..=USERS {
        let hair = p::hair(n).map_or("NULL".to_owned(), |hair| format!("'{hair}'"));
        rows.add("users", n, &format!("{n}, 'User {n}', {hair}"));
    }
    let mut comments = Vec::new();
    for user in 1..=USERS {
        for n in 0..p::posts_of(user) {
            post += 1;
            let body = if n % 2 == 0 {
                format!("'The body of post {post}'")
            } else {
                "NULL".to_owned()
            };
            rows.add("posts", post, &format!("{post}, {user}, 'Post {post}', {body}"));
            for _ in 0..COMMENTS {
                comment += 1;
                comments.push(format!("{comment}, {post}, 'Comment {comment}'"));
            }
        }
    }
    for (n, values) in comments.iter().enumerate() {
        rows.add("comments", n as i64 + 1, values);
    }
    for n in 1..=p::TAGS {
        rows.add("tags", n, &format!("{n}, 'Tag {n}'"));
    }
    for n in 1..=p::NOTES {
        rows.add("notes", n, &format!("{n}, 'Note {n}'"));
    }
    let pairs = (1..=p::NOTES).flat_map(|note| (0..p::TAGS_EACH).map(move |k| (note, p::tag_of(note, k))));
    for (n, (note, tag)) in pairs.enumerate() {
        rows.add("note_tags", n as i64 + 1, &format!("{note}, {tag}"));
    }
    sql.push(';');
    // Too many for a text; `sensor` and `value` are numbers that add up without rounding.
    let _ = write!(
        sql,
        "INSERT INTO readings (id, sensor, value)
         WITH RECURSIVE c (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < {})
         SELECT n, n % 97, (n % 1000) / CAST(8 AS DOUBLE PRECISION) FROM c;",
        p::READINGS
    );
    if let Some(path) = url.strip_prefix("sqlite://") {
        let db = crate::sqlite_api::Db::open(path);
        db.execute(include_str!("../schema-sqlite.sql"));
        db.execute("BEGIN");
        db.execute(&sql);
        db.execute("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
    }
    if postgres {
        crate::audit::block_on(async {
            let client = crate::postgres::connect(url).await;
            client
                .batch_execute(include_str!("../schema-postgres.sql"))
                .await
                .expect("the tables");
            client.batch_execute(&sql).await.expect("the rows");
            for table in crate::audit::TABLES {
                client.batch_execute(&crate::audit::sequence(table)).await.expect("the sequences");
            }
            client.batch_execute("VACUUM ANALYZE").await.expect("statistics");
        });
    }
}

struct Rows<'a> {
    sql: &'a mut String,
}

impl Rows<'_> {
    /// 200 rows a statement.
    fn add(&mut self, table: &str, n: i64, values: &str) {
        if n % 200 == 1 {
            if !self.sql.is_empty() {
                self.sql.push_str(";\n");
            }
            let _ = write!(self.sql, "INSERT INTO {table} VALUES ({values})");
        } else {
            let _ = write!(self.sql, ", ({values})");
        }
    }
}
