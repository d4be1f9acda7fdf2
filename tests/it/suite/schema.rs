//! Tables made, read back, violated and dropped.

use orm_core::prelude::*;
use orm_core::reflect::Inspector;
use orm_core::schema::ReferenceAction;
use orm_core::types::SqlType;

use crate::harness::{Backend, both};
use crate::scenarios::item::Item;
use crate::scenarios::ring::{Ball, Branch, Loose, Mood, Person};

both! {
    /// A ring of foreign keys is made, and dropped with its rows; both can be done twice.
    async fn a_ring_of_tables_comes_and_goes(db: Db) {
        let engine = db.engine().await;
        let metadata = Metadata::of::<(Person, Ball)>()?;
        metadata.create_all(&engine).await?;
        metadata.create_all(&engine).await?;
        let mut session = engine.session();
        let ann = session.add(Person { name: "ann".into(), ..Default::default() });
        session.flush().await?;
        let owner_id = session[ann].id;
        let ball = session.add(Ball { colour: "red".into(), owner_id, ..Default::default() });
        session.flush().await?;
        session[ann].favourite_id = Some(session[ball].id);
        session[ann].boss_id = Some(owner_id);
        session.commit().await?;

        assert_eq!(Inspector::new(&engine).table_names().await?, ["balls", "persons"]);
        metadata.drop_all(&engine).await?;
        metadata.drop_all(&engine).await?;
        assert!(Inspector::new(&engine).table_names().await?.is_empty());
    }

    /// A tree whose rows restrict each other is dropped with them.
    async fn a_tree_that_restricts_itself_goes(db: Db) {
        let engine = db.engine().await;
        let metadata = Metadata::of::<Branch>()?;
        metadata.create_all(&engine).await?;
        let mut session = engine.session();
        let root = session.add(Branch::default());
        session.flush().await?;
        let parent_id = Some(session[root].id);
        session.add(Branch { parent_id, ..Default::default() });
        session.commit().await?;
        session.delete(root)?;
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
        metadata.drop_all(&engine).await?;
        assert!(!Inspector::new(&engine).has_table("branches").await?);
    }

    /// What was made is what is read back.
    async fn tables_are_read_back(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Person, Item)>()?.create_all(&engine).await?;
        let inspector = Inspector::new(&engine);
        let persons = inspector.table("persons").await?;
        let columns: Vec<_> = persons.columns.iter().map(|column| (column.name.as_ref(), column.sql_type, column.nullable)).collect();
        // SQLite numbers only a column that is exactly INTEGER.
        let key = match db.backend() {
            Backend::Sqlite => SqlType::Integer,
            Backend::Postgres => SqlType::BigInt,
        };
        assert_eq!(
            columns,
            [
                ("id", key, false),
                ("name", SqlType::Text, false),
                ("age", SqlType::Integer, false),
                ("mood", SqlType::Text, false),
                ("boss_id", SqlType::BigInt, true),
                ("favourite_id", SqlType::BigInt, true),
            ]
        );
        assert!(persons.column("id").unwrap().generated);
        assert_eq!(persons.primary_key.as_ref().unwrap().columns, ["id"]);
        let mut keys: Vec<_> = persons
            .foreign_keys
            .iter()
            .map(|key| (key.columns[0].as_ref(), key.table.name.as_ref(), key.references[0].as_ref(), key.on_delete))
            .collect();
        keys.sort_unstable_by_key(|key| key.0);
        assert_eq!(
            keys,
            [
                ("boss_id", "persons", "id", ReferenceAction::SetNull),
                ("favourite_id", "balls", "id", ReferenceAction::NoAction),
            ]
        );
        let mut uniques: Vec<_> = persons.uniques.iter().map(|unique| unique.columns.join(", ")).collect();
        uniques.sort_unstable();
        assert_eq!(uniques, ["name", "name, age"]);
        let [index] = persons.indexes.as_slice() else { panic!("{:?}", persons.indexes) };
        assert_eq!((index.name.as_deref(), index.columns.join(", ")), (Some("ix_persons_age_name"), "age, name".to_owned()));

        let balls = inspector.table("balls").await?;
        let [owner] = balls.foreign_keys.as_slice() else { panic!("{:?}", balls.foreign_keys) };
        assert_eq!((owner.on_delete, owner.on_update), (ReferenceAction::Cascade, ReferenceAction::Cascade));
        let [colour] = balls.indexes.as_slice() else { panic!("{:?}", balls.indexes) };
        assert_eq!((colour.name.as_deref(), colour.columns.join(", "), colour.unique), (Some("ix_balls_colour"), "colour".to_owned(), false));
        assert_eq!(inspector.table("items").await?.primary_key.unwrap().columns, ["order_id", "line_no"]);
        assert!(inspector.has_table("items").await?);
        assert_eq!(inspector.table("nothing").await.unwrap_err().kind(), ErrorKind::UndefinedObject);
    }

    /// Each constraint is its own kind of error, with its columns.
    async fn constraints_hold(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Person, Ball)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let ann = session.add(Person { name: "ann".into(), ..Default::default() });
        session.commit().await?;

        session.add(Person { name: "ann".into(), age: 1, ..Default::default() });
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.columns()), (ErrorKind::UniqueViolation, &["name".to_owned()][..]));
        session[ann].age = -1;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.constraint()), (ErrorKind::CheckViolation, Some("ck_persons_age_is_sane")));
        assert_eq!(error.object(), Some("Person(1)"));
        assert_eq!(session[ann].age, 0);
        let error = engine.execute(text("UPDATE persons SET mood = 'cross'")).await.unwrap_err();
        assert_eq!((error.kind(), error.constraint()), (ErrorKind::CheckViolation, Some("ck_persons_mood")));

        session.add(Ball { owner_id: 99, ..Default::default() });
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.table(), error.columns()), (ErrorKind::ForeignKeyViolation, Some("balls"), &["owner_id".to_owned()][..]));
        let error = engine.execute(text("INSERT INTO balls (colour, owner_id) VALUES (NULL, 1)")).await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::NotNullViolation, &["colour".to_owned()][..]));
        session.delete(ann)?;
        session.commit().await?;
    }

    /// A key of two columns is violated as a whole, alone and in the middle of a batch.
    async fn a_key_of_two_columns_holds(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Item>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add_all([(1, 1), (1, 2), (2, 1)].map(|(order_id, line_no)| Item { order_id, line_no, qty: 1 }));
        session.commit().await?;
        let again = [[(1, 2), (3, 1)], [(3, 1), (1, 2)]];
        for rows in again {
            let mut other = engine.session();
            other.add_all(rows.map(|(order_id, line_no)| Item { order_id, line_no, qty: 2 }));
            let error = other.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.columns()), (ErrorKind::UniqueViolation, &["order_id".to_owned(), "line_no".to_owned()][..]));
        }
        assert_eq!(engine.all(Item::select()).await?.len(), 3);
    }

    /// A label that stands in a table without the check is named when it is read.
    async fn an_unknown_label_in_a_table(db: Db) {
        let engine = db.engine().await;
        let columns = "id BIGINT, name TEXT, age INTEGER, mood TEXT, boss_id BIGINT, favourite_id BIGINT";
        engine.execute(orm_core::sql::text_unchecked(format!("CREATE TABLE persons ({columns})"))).await?;
        engine.execute(text("INSERT INTO persons (id, name, age, mood) VALUES (1, 'a', 1, 'happy'), (2, 'b', 2, 'cross')")).await?;
        let mut session = engine.session();
        let error = session.all(Person::select().order_by(Person::id)).await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::Decode, &["mood".to_owned()][..]));
        assert!(error.message().contains("happy, very_sad") && !error.to_string().contains("cross"), "{error}");
        let ann = session.one(Person::select().filter(Person::mood.eq(Mood::Happy))).await?;
        assert_eq!(session[ann].name, "a");
    }

    /// Enums are their labels, in the database and in queries; a label that the enum lacks is named.
    async fn enums_are_labels(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Person, Ball)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(Person { name: "a".into(), ..Default::default() });
        session.add(Person { name: "b".into(), mood: Mood::VerySad, ..Default::default() });
        session.commit().await?;
        let sad = engine.all(Person::select().filter(Person::mood.eq(Mood::VerySad))).await?;
        assert_eq!((sad.len(), sad[0].mood, sad[0].name.as_str()), (1, Mood::VerySad, "b"));
        let labels = engine.all(text("SELECT mood FROM persons ORDER BY name").columns::<String>()).await?;
        assert_eq!(labels, ["happy", "very_sad"]);
        let error = engine.all(text("SELECT 'cross' AS mood").columns::<Mood>()).await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::Decode, &["mood".to_owned()][..]));
        assert!(error.message().contains("happy, very_sad"), "{error}");
    }
}

#[test]
fn a_reference_needs_a_unique_target() {
    let error = Metadata::of::<Loose>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidMapping);
    assert_eq!(
        error.message(),
        "loose.colour references balls.colour, which is neither the primary key nor unique; reference the whole primary \
         key, or put #[orm(unique)] on it"
    );
}
