//! The queries by sea-query.

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

#[derive(Iden)]
enum Author {
    #[iden = "authors"]
    Table,
    Id,
    Name,
    Born,
    Country,
    City,
    Email,
    Website,
    Biography,
    Rating,
    Active,
}

#[derive(Iden)]
enum Publisher {
    #[iden = "publishers"]
    Table,
    Id,
    BookId,
    Name,
    Street,
    City,
    Postcode,
    Country,
    Phone,
    Email,
    Founded,
}

#[derive(Iden)]
enum Loan {
    #[iden = "loans"]
    Table,
    BookId,
    Days,
}

pub fn small() -> SelectStatement {
    Query::select()
        .column((Book::Table, Book::Title))
        .from(Book::Table)
        .and_where(Expr::col((Book::Table, Book::Id)).eq(1))
        .take()
}

pub fn middling(year: i32, language: &str) -> SelectStatement {
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

pub fn wide() -> SelectStatement {
    let book = |column: Book| (Book::Table, column);
    let author = |column: Author| (Author::Table, column);
    let publisher = |column: Publisher| (Publisher::Table, column);
    let loan = |column: Loan| (Loan::Table, column);
    Query::select()
        .columns([
            book(Book::Id),
            book(Book::AuthorId),
            book(Book::Title),
            book(Book::Subtitle),
            book(Book::Isbn),
            book(Book::Year),
            book(Book::Pages),
            book(Book::Price),
            book(Book::Language),
            book(Book::InPrint),
        ])
        .columns([
            author(Author::Id),
            author(Author::Name),
            author(Author::Born),
            author(Author::Country),
            author(Author::City),
            author(Author::Email),
            author(Author::Website),
            author(Author::Biography),
            author(Author::Rating),
            author(Author::Active),
        ])
        .columns([
            publisher(Publisher::Id),
            publisher(Publisher::BookId),
            publisher(Publisher::Name),
            publisher(Publisher::Street),
            publisher(Publisher::City),
            publisher(Publisher::Postcode),
            publisher(Publisher::Country),
            publisher(Publisher::Phone),
            publisher(Publisher::Email),
            publisher(Publisher::Founded),
        ])
        .from(Book::Table)
        .inner_join(
            Author::Table,
            Expr::col(author(Author::Id)).equals(book(Book::AuthorId)),
        )
        .inner_join(
            Publisher::Table,
            Expr::col(publisher(Publisher::BookId)).equals(book(Book::Id)),
        )
        .inner_join(
            Loan::Table,
            Expr::col(loan(Loan::BookId)).equals(book(Book::Id)),
        )
        .and_where(Expr::col(book(Book::Year)).gt(2010))
        .and_where(Expr::col(author(Author::Country)).eq("NO"))
        .and_where(Expr::col(loan(Loan::Days)).gt(30))
        .order_by(author(Author::Name), Order::Asc)
        .order_by(book(Book::Title), Order::Asc)
        .take()
}

/// The steps of a query.
pub fn steps(build: fn() -> SelectStatement) -> Vec<Step> {
    let query = build();
    vec![
        Step::new("sea-query: build", None, build),
        Step::new("sea-query: render", None, move || {
            query.build(PostgresQueryBuilder)
        }),
    ]
}
