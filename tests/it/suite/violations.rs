//! A constraint that refuses a row in the middle of a flush of four tables: nothing is written, the error names the
//! object, the constraint and the columns, and the session goes on.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Backend, Db, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "makers")]
struct Maker {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "depots")]
struct Depot {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = depot, cascade = "all, delete-orphan")]
    parts: HasMany<Part>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(
    table = "parts",
    check("weight_is_sane", "weight > 0"),
    unique(maker_id, label)
)]
struct Part {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Depot::id)]
    depot_id: i64,
    #[orm(references = Maker::id)]
    maker_id: Option<i64>,
    /// The table says otherwise: see [`PartTable`].
    label: Option<String>,
    weight: i32,
    #[orm(back_populates = parts)]
    depot: BelongsTo<Depot>,
    maker: BelongsTo<Maker>,
    #[orm(back_populates = part, cascade = "all, delete-orphan")]
    screws: HasMany<Screw>,
}

/// The tables as they are: a part needs a label.
#[derive(Model, Debug, Clone, Default)]
#[orm(
    table = "parts",
    check("weight_is_sane", "weight > 0"),
    unique(maker_id, label)
)]
struct PartTable {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = DepotTable::id)]
    depot_id: i64,
    #[orm(references = Maker::id)]
    maker_id: Option<i64>,
    label: String,
    weight: i32,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "depots")]
struct DepotTable {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "screws")]
struct ScrewTable {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = PartTable::id)]
    part_id: i64,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "screws")]
struct Screw {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Part::id)]
    part_id: i64,
    #[orm(back_populates = screws)]
    part: BelongsTo<Part>,
}

fn part(label: &str) -> Part {
    Part {
        label: Some(label.into()),
        weight: 1,
        screws: [Screw::default(), Screw::default()].into(),
        ..Default::default()
    }
}

/// Maker 1, depot 1 with the part `old` of maker 1, and two screws.
async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<ScrewTable>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(Depot {
        name: "d1".into(),
        parts: [Part {
            maker: Maker {
                name: "m1".into(),
                ..Default::default()
            }
            .into(),
            ..part("old")
        }]
        .into(),
        ..Default::default()
    });
    session.commit().await
}

async fn counts(engine: &Engine) -> orm_core::Result<[i64; 4]> {
    Ok([
        engine
            .scalar(select(func::count_all()).from::<Maker>())
            .await?,
        engine
            .scalar(select(func::count_all()).from::<Depot>())
            .await?,
        engine
            .scalar(select(func::count_all()).from::<Part>())
            .await?,
        engine
            .scalar(select(func::count_all()).from::<Screw>())
            .await?,
    ])
}

/// Its table lets no two of them overlap, on the database that can say so.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "bookings")]
struct Booking {
    #[orm(primary_key)]
    id: i64,
    starts: i32,
    ends: i32,
}

/// What the error of a refused row has to say.
struct Says {
    kind: ErrorKind,
    table: &'static str,
    columns: &'static [&'static str],
    constraint: Option<&'static str>,
    /// Which of the three new parts it is.
    object: usize,
}

/// A flush of four tables with three new parts, one of which `spoil` makes impossible. Beside them a row that is changed
/// and one that is deleted.
async fn refused(
    db: &Db,
    spoil: impl Fn(&mut Session, Handle<Part>),
    says: Says,
) -> orm_core::Result<()> {
    let engine = db.engine().await;
    data(&engine).await?;
    let mut session = engine.session();
    let old = session.get_one::<Part>(1).await?;
    let depot = session.get_one::<Depot>(1).await?;
    let screws = old.screws(&mut session).await?;
    let maker = session.add(Maker {
        id: 7,
        name: "new".into(),
    });
    let parts = session.add_all(["a", "b", "c"].map(part));
    for (index, &part) in parts.iter().enumerate() {
        session[part].depot = depot.into();
        session[part].maker = maker.into();
        if index == says.object {
            spoil(&mut session, part);
        }
    }
    session[depot].name = "changed".into();
    session[old].weight = 9;
    session.delete(screws[0])?;
    let error = session.flush().await.unwrap_err();
    session.rollback().await?;
    assert_eq!(error.kind(), says.kind, "{error}");
    assert_eq!(error.table(), Some(says.table), "{error}");
    assert_eq!(error.columns(), says.columns, "{error}");
    assert_eq!(error.constraint(), says.constraint, "{error}");
    assert_eq!(
        error.object(),
        Some(&*format!("Part#{} (new)", says.object + 1)),
        "{error}"
    );
    assert!(!session.in_transaction());
    assert_eq!(counts(&engine).await?, [1, 1, 1, 2]);
    assert_eq!(
        (session[depot].name.as_str(), session[old].weight),
        ("d1", 1)
    );
    assert_eq!(session.life(screws[0])?, Life::Persistent);
    for &part in &parts {
        assert_eq!(session.life(part)?, Life::Transient);
    }
    session[depot].name = "after".into();
    session.commit().await?;
    assert_eq!(engine.all(select(Depot::name)).await?, ["after"]);
    session.add(Part {
        depot: depot.into(),
        ..Part {
            screws: HasMany::default(),
            ..part("fine")
        }
    });
    session.delete(screws[1])?;
    session.commit().await?;
    assert_eq!(counts(&engine).await?, [1, 1, 2, 1]);
    Ok(())
}

both! {
    /// What the rows of one flush have in common with each other, and with rows that were there before.
    async fn a_unique_constraint(db: Db) {
        for twin in ["a", "old"] {
            refused(&db, |session, part| {
                session[part].label = Some(twin.into());
                if twin == "old" {
                    session[part].maker = BelongsTo::default();
                    session[part].maker_id = Some(1);
                }
            }, Says {
                kind: ErrorKind::UniqueViolation,
                table: "parts",
                columns: &["maker_id", "label"],
                constraint: Some("uq_parts_maker_id_label"),
                object: 1,
            }).await?;
            let engine = db.engine().await;
            Metadata::of::<ScrewTable>()?.drop_all(&engine).await?;
        }
    }

    async fn a_primary_key(db: Db) {
        refused(&db, |session, part| session[part].id = 1, Says {
            kind: ErrorKind::UniqueViolation,
            table: "parts",
            columns: &["id"],
            constraint: Some("pk_parts"),
            object: 2,
        }).await?;
    }

    /// Of many changed rows the one that is refused is named.
    async fn a_changed_row(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let makers = session.add_all(["m2", "m3", "m4"].map(|name| Maker { name: name.into(), ..Default::default() }));
        session.commit().await?;
        let (depot, old) = (session.get_one::<Depot>(1).await?, session.get_one::<Part>(1).await?);
        session[depot].name = "changed".into();
        session[old].weight = 9;
        for (&maker, name) in makers.iter().zip(["n2", "m1", "n4"]) {
            session[maker].name = name.into();
        }
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::UniqueViolation, Some("Maker(3)")), "{error}");
        assert_eq!((error.table(), error.constraint()), (Some("makers"), Some("uq_makers_name")));
        assert_eq!(session[makers[0]].name, "m2");
        session[makers[1]].name = "n3".into();
        session.commit().await?;
        assert_eq!(engine.all(select(Maker::name).order_by(Maker::id)).await?, ["m1", "m2", "n3", "m4"]);
        assert_eq!(engine.all(select(Depot::name)).await?, ["d1"]);
    }

    async fn a_foreign_key(db: Db) {
        refused(&db, |session, part| {
            session[part].depot = BelongsTo::default();
            session[part].maker = BelongsTo::none();
            session[part].depot_id = 99;
        }, Says {
            kind: ErrorKind::ForeignKeyViolation,
            table: "parts",
            columns: &["depot_id"],
            constraint: Some("fk_parts_depot_id"),
            object: 2,
        }).await?;
    }

    async fn a_column_that_cannot_be_null(db: Db) {
        refused(&db, |session, part| session[part].label = None, Says {
            kind: ErrorKind::NotNullViolation,
            table: "parts",
            columns: &["label"],
            constraint: None,
            object: 1,
        }).await?;
    }

    async fn a_check(db: Db) {
        refused(&db, |session, part| session[part].weight = -1, Says {
            kind: ErrorKind::CheckViolation,
            table: "parts",
            columns: &["weight"],
            constraint: Some("ck_parts_weight_is_sane"),
            object: 0,
        }).await?;
    }

    async fn an_exclusion_constraint(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Booking>()?.create_all(&engine).await?;
        let exclude = "ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (int4range(starts, ends) WITH &&)";
        let excluded = engine.execute(text(exclude)).await;
        if db.backend() == Backend::Sqlite {
            assert_eq!(excluded.unwrap_err().kind(), ErrorKind::Syntax);
            return Ok(());
        }
        let booking = |(starts, ends)| Booking { starts, ends, ..Default::default() };
        let mut session = engine.session();
        session.add(booking((10, 20)));
        session.commit().await?;
        // One alone, and one among others.
        for (refused, new) in [(0, vec![(15, 25)]), (1, vec![(1, 5), (19, 30), (30, 40)])] {
            let mut session = engine.session();
            session.add_all(new.into_iter().map(booking));
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::ExclusionViolation, Some("bookings")), "{error}");
            assert_eq!(error.constraint(), Some("no_overlap"), "{error}");
            assert_eq!(error.object(), Some(&*format!("Booking#{refused} (new)")), "{error}");
        }
        assert_eq!(engine.scalar(select(func::count_all()).from::<Booking>()).await?, 1);
    }
}
