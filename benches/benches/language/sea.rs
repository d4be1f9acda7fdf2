//! The query by sea-query.

use sea_query::{Expr, ExprTrait, Iden, Order, PostgresQueryBuilder, Query, SelectStatement};

use crate::Step;

#[derive(Iden)]
enum Book {
    #[iden = "books"]
    Table,
    Id,
    AuthorId,
    Title,
    Subtitle,
    Isbn,
    Year,
    Pages,
    Price,
    Language,
    InPrint,
}

fn build(year: i32, language: &str) -> SelectStatement {
    let column = |column: Book| (Book::Table, column);
    Query::select()
        .columns([
            column(Book::Id),
            column(Book::AuthorId),
            column(Book::Title),
            column(Book::Subtitle),
            column(Book::Isbn),
            column(Book::Year),
            column(Book::Pages),
            column(Book::Price),
            column(Book::Language),
            column(Book::InPrint),
        ])
        .from(Book::Table)
        .and_where(Expr::col(column(Book::Year)).gt(year))
        .and_where(Expr::col(column(Book::Language)).eq(language))
        .order_by(column(Book::Title), Order::Asc)
        .limit(20)
        .take()
}

pub fn steps() -> Vec<Step> {
    let query = build(2010, "en");
    vec![
        Step::new("sea-query: build", None, || build(2010, "en")),
        Step::new("sea-query: render", None, move || {
            query.build(PostgresQueryBuilder)
        }),
    ]
}
