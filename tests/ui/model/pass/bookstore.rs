//! The pair of models of the guide: descriptor, constants, builder, accessors.

use orm_core::__private::{Session, ToMany, ToOne};
use orm_core::mapping::{BelongsTo, Handle, HasMany, ReferenceAction, RelationKind};
use orm_core::types::{Server, SqlType, Value, ValueRef};
use orm_core::{DbEnum, Model};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Status {
    #[default]
    Draft,
    InPrint,
    #[orm(rename = "sold out")]
    SoldOut,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
pub struct Author {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(unique)]
    pub name: String,
    #[orm(back_populates = author, cascade = "all, delete-orphan", order_by = Book::year)]
    pub books: HasMany<Book>,
}

#[derive(Model, Debug, Clone)]
#[orm(check("year_is_sane", "year > 0"), index(author_id, year), unique(name = "uq_title", columns(title, year)))]
pub struct Book {
    #[orm(primary_key)]
    pub id: i64,
    pub title: String,
    pub year: i32,
    #[orm(column = "sub_title")]
    pub subtitle: Option<String>,
    #[orm(default = Status::InPrint)]
    status: Status,
    #[orm(server_default = "0")]
    pub sold: Server<i64>,
    #[orm(references = Author::id, on_delete = "cascade")]
    pub author_id: i64,
    #[orm(back_populates = books)]
    pub author: BelongsTo<Author>,
}

fn accessors(author: Handle<Author>, book: Handle<Book>, session: &mut Session) {
    let _: ToMany<'_, Author, Book> = author.books(session);
    let _: ToOne<'_, Book, Author> = book.author(session);
}

fn main() {
    let _ = accessors;
    let author = Author::descriptor();
    assert_eq!((author.name, author.table), ("Author", "authors"));
    assert_eq!(author.primary_key, [0]);
    assert_eq!(author.generated_key(), Some(0));
    assert!(author.columns[1].unique);
    let books = &author.relations[0];
    assert_eq!(books.kind, RelationKind::HasMany);
    assert!(books.cascade.delete && books.cascade.delete_orphan && books.cascade.save_update);
    assert_eq!(books.order_by[0].column, "year");
    let link = books.link().unwrap();
    assert_eq!((&*link.local, &*link.remote), (&[0][..], &[6][..]));
    assert_eq!(link.inverse, Some(0));

    let book = Book::descriptor();
    assert_eq!(book.table, "books");
    let names: Vec<_> = book.columns.iter().map(|column| column.name).collect();
    assert_eq!(names, ["id", "title", "year", "sub_title", "status", "sold", "author_id"]);
    assert!(book.columns[3].nullable && !book.columns[2].nullable);
    assert_eq!(book.columns[4].sql_type, SqlType::Enum(<Status as DbEnum>::TYPE));
    assert_eq!(book.columns[5].server_default, Some("0"));
    let reference = book.columns[6].references.as_ref().unwrap();
    assert_eq!((reference.column, reference.on_delete), ("id", ReferenceAction::Cascade));
    assert_eq!((reference.model)(), author);
    assert_eq!((book.checks[0].name, book.checks[0].sql), ("year_is_sane", "year > 0"));
    assert_eq!(book.indexes[0].columns, ["author_id", "year"]);
    assert!(book.indexes[1].unique);
    assert_eq!(book.indexes[1].name, Some("uq_title"));
    assert_eq!((Book::subtitle.index(), Book::subtitle.name()), (3, "sub_title"));

    let new = Book::create().title("Clean Code").year(2008).subtitle(None).author(Author::default()).build();
    assert_eq!(new.object.status, Status::InPrint);
    assert!(new.unset.contains(5) && !new.unset.contains(4));
    assert!(!new.object.author.is_unloaded());
    let mut object = Book::create().year(1).title("a").sold(7).status(Status::SoldOut).build().object;
    assert_eq!(Model::value(&object, 4), Value::Text("sold out".into()));
    assert!(Model::same(&object, 4, &Value::Text("sold out".into())));
    Model::set(&mut object, 4, ValueRef::Text("draft")).unwrap();
    assert_eq!(object.status, Status::Draft);
    let error = Model::set(&mut object, 4, ValueRef::Text("x")).unwrap_err();
    assert_eq!(error.columns(), ["status"]);
    assert_eq!(Model::value(&object, 5), Value::I64(7));
    assert_eq!(Model::value(&object, 99), Value::Null);
    let error = Model::set(&mut object, 99, ValueRef::Null).unwrap_err();
    assert!(error.to_string().contains("Book has no column at position 99; it has 7"));
    object.id = 5;
    assert_eq!(object.key(), 5);
    let error = object.author.get().unwrap_err();
    assert!(error.to_string().contains("relationship"));
}
