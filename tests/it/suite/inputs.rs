//! What a person may set: types made of a model's columns.

use orm_core::prelude::*;
use serde::{Deserialize, Serialize};

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[orm(table = "authors", input("NewAuthor", derive(Debug, Deserialize)))]
#[orm(changes("AuthorChanges", derive(Debug, Deserialize, Serialize)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Tenant::id)]
    tenant_id: i64,
    #[orm(foreign_key = tenant_id)]
    #[serde(skip)]
    tenant: BelongsTo<Tenant>,
    full_name: String,
    #[serde(rename = "about")]
    biography: Deferred<Option<String>>,
    email: Option<String>,
    #[orm(input = false)]
    is_admin: bool,
    #[orm(default = 3, input)]
    stars: i32,
    #[orm(default = 7)]
    quota: i32,
    #[orm(server_default = "'en'", input)]
    language: Server<String>,
    #[orm(server_default = "8")]
    made: Server<i64>,
    #[orm(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "tenants")]
struct Tenant {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn read<T: for<'de> Deserialize<'de>>(json: &str) -> serde_json::Result<T> {
    serde_json::from_str(json)
}

both! {
    /// `Deserialize` of a model takes keys, foreign keys and versions of another's row; its input has none of them.
    async fn input_sets_what_a_person_may(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Author, Tenant)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let tenant = session.add(Tenant { name: "t".into(), ..Default::default() });
        session.commit().await?;
        for more in [r#""id": 1"#, r#""tenantId": 2"#, r#""version": 9"#, r#""isAdmin": true"#, r#""quota": 99"#, r#""made": null"#] {
            let refused = read::<NewAuthor>(&format!(r#"{{"fullName": "Ada", {more}}}"#)).unwrap_err().to_string();
            assert!(refused.contains("unknown field"), "{more}: {refused}");
            let refused = read::<AuthorChanges>(&format!("{{{more}}}")).unwrap_err().to_string();
            assert!(refused.contains("unknown field"), "{more}: {refused}");
        }
        let input: NewAuthor = read(r#"{"fullName": "Ada", "about": "long", "stars": 5}"#).expect("what a person may set");
        let log = Log::new(&db, &engine);
        let ada = session.add(input.create().tenant(tenant).is_admin(false).build());
        session.commit().await?;
        log.sent(["INSERT INTO authors (tenant_id, full_name, biography, email, is_admin, stars, quota, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id, language, made"]);
        let author = &session[ada];
        assert_eq!((author.tenant_id, author.full_name.as_str(), author.email.clone(), author.stars, author.quota), (1, "Ada", None, 5, 7));
        assert_eq!((author.biography.get()?.as_deref(), author.language.get()?.as_str(), author.version), (Some("long"), "en", 1));
        let input: NewAuthor = read(r#"{"fullName": "Bob", "about": null, "language": "fr", "email": "b@c"}"#).expect("what a person may set");
        session.bulk_insert([input.create().tenant_id(1).is_admin(true).build()]).await?;
        session.commit().await?;
        let bob = engine.one(Author::select().filter(Author::full_name.eq("Bob"))).await?;
        assert_eq!((bob.stars, bob.language.get()?.as_str(), bob.is_admin), (3, "fr", true));
    }

    /// Changes keep what they do not name, and set what they do, NULL too.
    async fn changes_set_what_is_given(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Author, Tenant)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let tenant = session.add(Tenant::default());
        let made = Author::create().tenant(tenant).full_name("Ada").biography(Some("b".to_owned())).email("a@b".to_owned()).is_admin(true).build();
        let ada = session.add(made);
        session.commit().await?;
        let log = Log::new(&db, &engine);
        let none: AuthorChanges = read("{}").expect("no change");
        none.apply(&mut session[ada]);
        session.commit().await?;
        log.nothing();
        let changes: AuthorChanges = read(r#"{"email": null, "fullName": "Ada L", "language": "fr"}"#).expect("changes");
        assert_eq!(serde_json::to_string(&changes).expect("JSON"), r#"{"fullName":"Ada L","email":null,"language":"fr"}"#);
        changes.apply(&mut session[ada]);
        session.commit().await?;
        log.sent(["UPDATE authors SET full_name = ?, email = ?, language = ?, version = ? WHERE id = ? AND version = ?"]);
        assert_eq!((session[ada].email.clone(), session[ada].language.get()?.as_str(), session[ada].is_admin), (None, "fr", true));
        assert!(read::<AuthorChanges>(r#"{"fullName": null}"#).is_err());
        let typed = AuthorChanges { stars: 9.into(), biography: Edit::Set(None), ..Default::default() };
        typed.apply(&mut session[ada]);
        session.commit().await?;
        let row = engine.one(Author::select().undefer(Author::biography)).await?;
        assert_eq!((row.stars, row.biography.get()?.clone(), row.full_name.as_str()), (9, None, "Ada L"));
    }
}
