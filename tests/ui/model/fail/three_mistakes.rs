use orm_core::Model;
use orm_core::mapping::HasMany;

#[derive(Model)]
struct Author {
    id: i64,
    #[orm(uniqe)]
    name: String,
    #[orm(cascade = "delete-orphans")]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
}

fn main() {
    // None of these is an error of its own.
    let _ = Author::create().id(1).name("a").books(Vec::<Book>::new()).build();
    let _ = (Author::name, Author::books, Author::descriptor());
}
