use orm_core::Model;

type Text = Option<String>;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    isbn: String,
    title: String,
    r#type: i32,
    subtitle: Text,
}

fn main() {
    let _ = Book::create().isbn("1").title("Clean Code").r#type(1).build();
    let _ = Book::create().isbn("1").r#type(1).build();
    let _ = Book::create().title("Clean Code").build();
}
