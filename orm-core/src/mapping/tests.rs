//! Queries of models as SQL, and their metadata.

use super::{
    CheckDescriptor, Column, ColumnDescriptor, IndexDescriptor, Key, LinkCell, Many, Model,
    ModelDescriptor, ModelKey, One, Reference, ReferenceAction, Relation, RelationDescriptor,
    RelationField, RelationKind, Rows, Slots,
};
use crate::error::Result;
use crate::types::{EnumType, Row, SqlType, Value, ValueRef, Values};

mod derived;
mod links;
mod metadata;
mod queries;
mod scopes;
mod sides;
mod sources;
mod targets;
mod whole;
mod writes;

/// What the metadata of a model is refused with.
fn metadata_error<M: Model>() -> String {
    let error = crate::schema::Metadata::of::<M>().unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::InvalidMapping);
    error.message().to_owned()
}

/// The door of a field that these models do not have.
struct NoField;

impl RelationField for NoField {
    fn take(&self, _: &mut dyn std::any::Any) -> super::Assigned {
        super::Assigned::Nothing
    }

    fn attach(&self, _: &mut dyn Rows, _: Box<dyn Rows>, _: &[usize]) -> bool {
        false
    }

    fn mark_part(&self, _: &mut dyn std::any::Any) {}

    fn mark_hidden(&self, _: &mut dyn std::any::Any, _: &'static RelationDescriptor, _: bool) {}
}

/// The storage that these models do not need.
struct NoType;

impl super::ModelType for NoType {
    fn slots(&self) -> Box<dyn Slots> {
        Box::new(Vec::<Option<Author>>::new())
    }

    fn rows(&self) -> Box<dyn Rows> {
        Box::new(Vec::<Author>::new())
    }

    fn key(&self, row: &dyn Row, offset: usize) -> Result<Key> {
        Ok(i64::read(row, offset)?.to_key())
    }
}

const fn column(name: &'static str, sql_type: SqlType) -> ColumnDescriptor {
    ColumnDescriptor {
        field: name,
        name,
        sql_type,
        nullable: false,
        primary_key: false,
        generated: false,
        unique: false,
        index: false,
        server_default: None,
        client_default: None,
        references: None,
        deferred: false,
        omittable: false,
        group: None,
        sql: None,
        generated_as: None,
        server_on_update: false,
    }
}

const fn id() -> ColumnDescriptor {
    ColumnDescriptor {
        primary_key: true,
        generated: true,
        ..column("id", SqlType::BigInt)
    }
}

const fn reference(
    name: &'static str,
    model: fn() -> &'static ModelDescriptor,
    column: &'static str,
) -> ColumnDescriptor {
    ColumnDescriptor {
        references: Some(Reference {
            model,
            column,
            on_delete: ReferenceAction::NoAction,
            on_update: ReferenceAction::NoAction,
        }),
        ..self::column(name, SqlType::BigInt)
    }
}

const fn relation(
    model: fn() -> &'static ModelDescriptor,
    name: &'static str,
    kind: RelationKind,
    target: fn() -> &'static ModelDescriptor,
) -> RelationDescriptor {
    RelationDescriptor {
        options: crate::mapping::RelationOptions::DEFAULT,
        model,
        name,
        kind,
        target,
        foreign_key: &[],
        back_populates: None,
        cascade: super::Cascade::DEFAULT,
        order_by: &[],
        field: &NoField,
        link: LinkCell::new(),
    }
}

macro_rules! model {
    ($name:ident, $table:literal, $key:expr, $columns:expr, [$($relation:expr),* $(,)?], $checks:expr, $indexes:expr) => {
        #[derive(Debug)]
        pub(super) struct $name;

        impl Model for $name {
            type Key = i64;
            type Builder = ();

            fn descriptor() -> &'static ModelDescriptor {
                const COUNT: usize = <[&str]>::len(&[$(stringify!($relation)),*]);
                static RELATIONS: [RelationDescriptor; COUNT] = [$($relation),*];
                static DESCRIPTOR: ModelDescriptor = ModelDescriptor {
                    on_write: crate::mapping::OnWrite::NOTHING,
                    name: stringify!($name),
                    table: $table,
                    columns: $columns,
                    primary_key: $key,
                    relations: &RELATIONS,
                    checks: $checks,
                    indexes: $indexes,
                    type_id: std::any::TypeId::of::<$name>,
                    model_type: &NoType,
                };
                &DESCRIPTOR
            }

            fn from_row(_: &dyn Row, _: usize) -> Result<Self> {
                Ok(Self)
            }

            fn key(&self) -> i64 {
                0
            }

            fn value(&self, _: usize) -> Value {
                Value::Null
            }

            fn push(&self, _: usize, list: &mut Values) {
                list.push(ValueRef::Null);
            }

            fn same(&self, _: usize, _: &Value) -> bool {
                true
            }

            fn set(&mut self, _: usize, _: ValueRef<'_>) -> Result<()> {
                Ok(())
            }

            fn create() {}
        }
    };
}

static KIND: EnumType = EnumType {
    name: "kind",
    labels: &["novel", "poem"],
};

model!(
    Author,
    "authors",
    &[0],
    &[
        id(),
        ColumnDescriptor {
            unique: true,
            ..column("name", SqlType::Text)
        },
    ],
    [relation(
        Author::descriptor,
        "books",
        RelationKind::HasMany,
        Book::descriptor
    )],
    &[],
    &[]
);

model!(
    Book,
    "books",
    &[0],
    &[
        id(),
        column("title", SqlType::Text),
        ColumnDescriptor {
            server_default: Some("2000"),
            ..column("year", SqlType::Integer)
        },
        ColumnDescriptor {
            index: true,
            ..reference("author_id", Author::descriptor, "id")
        },
        ColumnDescriptor {
            nullable: true,
            ..column("kind", SqlType::Enum(&KIND))
        },
    ],
    [
        relation(
            Book::descriptor,
            "author",
            RelationKind::BelongsTo,
            Author::descriptor
        ),
        relation(
            Book::descriptor,
            "pages",
            RelationKind::HasMany,
            Page::descriptor
        ),
    ],
    &[CheckDescriptor {
        name: "year_is_sane",
        sql: "year > 0"
    }],
    &[
        IndexDescriptor {
            name: None,
            columns: &["author_id", "year"],
            unique: true
        },
        IndexDescriptor {
            name: Some("by_year"),
            columns: &["year"],
            unique: false
        },
    ]
);

model!(
    Page,
    "pages",
    &[0, 1],
    &[
        ColumnDescriptor {
            primary_key: true,
            ..reference("book_id", Book::descriptor, "id")
        },
        ColumnDescriptor {
            primary_key: true,
            ..column("number", SqlType::Integer)
        },
    ],
    [],
    &[],
    &[]
);

model!(
    Note,
    "notes",
    &[0],
    &[
        id(),
        reference("book_id", Page::descriptor, "book_id"),
        reference("page_number", Page::descriptor, "number"),
        ColumnDescriptor {
            nullable: true,
            ..reference("parent_id", Note::descriptor, "id")
        },
    ],
    [relation(
        Note::descriptor,
        "parent",
        RelationKind::BelongsTo,
        Note::descriptor
    )],
    &[],
    &[]
);

model!(Impostor, "authors", &[0], &[id()], [], &[], &[]);

#[allow(
    non_upper_case_globals,
    reason = "the derive names constants after fields"
)]
impl Author {
    pub(super) const id: Column<Self, i64> = Column::new(0, "id");
    pub(super) const name: Column<Self, String> = Column::new(1, "name");
    pub(super) const books: Relation<Self, Book, Many> = Relation::new(0);
}

#[allow(
    non_upper_case_globals,
    reason = "the derive names constants after fields"
)]
impl Book {
    pub(super) const id: Column<Self, i64> = Column::new(0, "id");
    pub(super) const title: Column<Self, String> = Column::new(1, "title");
    pub(super) const year: Column<Self, i32> = Column::new(2, "year");
    pub(super) const author_id: Column<Self, i64> = Column::new(3, "author_id");
    pub(super) const kind: Column<Self, Option<String>> = Column::new(4, "kind");
    pub(super) const author: Relation<Self, Author, One> = Relation::new(0);
    pub(super) const pages: Relation<Self, Page, Many> = Relation::new(1);
}

#[allow(
    non_upper_case_globals,
    reason = "the derive names constants after fields"
)]
impl Note {
    pub(super) const id: Column<Self, i64> = Column::new(0, "id");
    pub(super) const parent_id: Column<Self, Option<i64>> = Column::new(3, "parent_id");
    pub(super) const parent: Relation<Self, Note, One> = Relation::new(0);
}

#[test]
fn keys_are_read() {
    assert_eq!(Author.key().to_key(), Key::Int(0));
}
