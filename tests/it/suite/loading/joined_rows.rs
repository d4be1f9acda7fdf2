//! Rows of joined relationships: whatever their order, and however often an object stands in them, the trees are those that
//! statements of their own give, with the foreign keys that the join leaves out.

use orm_core::engine::Engine;
use orm_core::mapping::{Entity, Query, entity};
use orm_core::prelude::*;
use orm_core::sql::text_unchecked;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = owner, order_by = Post::rank)]
    posts: HasMany<Post>,
    #[orm(back_populates = owner, order_by = Note::id)]
    notes: HasMany<Note>,
    #[orm(back_populates = owner)]
    badge: HasOne<Badge>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    rank: i32,
    #[orm(references = Owner::id)]
    owner_id: i64,
    #[orm(back_populates = posts)]
    owner: BelongsTo<Owner>,
    #[orm(back_populates = post, order_by = Comment::id)]
    comments: HasMany<Comment>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "comments")]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Post::id)]
    post_id: Option<i64>,
    body: Deferred<String>,
    #[orm(back_populates = comments)]
    post: BelongsTo<Post>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Owner::id)]
    owner_id: Option<i64>,
    #[orm(back_populates = notes)]
    owner: BelongsTo<Owner>,
}

/// Nothing keeps an owner from having two.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "badges")]
struct Badge {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Owner::id)]
    owner_id: i64,
    #[orm(back_populates = badge)]
    owner: BelongsTo<Owner>,
}

/// Known by a name.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "groups_")]
struct Group {
    #[orm(primary_key)]
    code: String,
    #[orm(back_populates = group, order_by = Member::code)]
    members: HasMany<Member>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "members")]
struct Member {
    #[orm(primary_key)]
    code: String,
    #[orm(references = Group::code)]
    group_code: String,
    #[orm(back_populates = members)]
    group: BelongsTo<Group>,
    #[orm(back_populates = member, order_by = Duty::id)]
    duties: HasMany<Duty>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "duties")]
struct Duty {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Member::code)]
    member_code: String,
    #[orm(back_populates = duties)]
    member: BelongsTo<Member>,
}

/// A tree of parts, the keys of which fall on the way down.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "parts")]
struct Part {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Part::id)]
    whole_id: Option<i64>,
    #[orm(back_populates = whole, order_by = Part::id)]
    parts: HasMany<Part>,
    #[orm(back_populates = parts)]
    whole: BelongsTo<Part>,
}

/// Owners of one name, whose posts take turns in rank, as do the comments of posts of one rank: rows come torn apart wherever
/// the order leaves it open. Owner 3 has no post, and half of the posts have no comment.
async fn data(engine: &Engine) -> orm_core::Result<()> {
    let metadata = Metadata::of::<(Owner, Post, Comment, Note, Badge)>()?;
    metadata.create_all(engine).await?;
    let mut statements = Vec::new();
    for id in 1..=4 {
        let name = if id == 4 { "other" } else { "same" };
        statements.push(format!(
            "INSERT INTO owners (id, name) VALUES ({id}, '{name}')"
        ));
    }
    for id in 1..=12 {
        let owner = [1, 2, 4][id % 3];
        statements.push(format!(
            "INSERT INTO posts (id, rank, owner_id) VALUES ({id}, {}, {owner})",
            id % 2
        ));
    }
    for id in 1..=18 {
        let post = 1 + id * 2 % 12;
        statements.push(format!(
            "INSERT INTO comments (id, post_id, body) VALUES ({id}, {post}, 'c{id}')"
        ));
    }
    for id in 1..=5 {
        statements.push(format!(
            "INSERT INTO notes (id, owner_id) VALUES ({id}, {})",
            1 + id % 2
        ));
    }
    for statement in statements {
        engine.execute(text_unchecked(statement)).await?;
    }
    Ok(())
}

/// A list as text, in the order of its parts where that is not open.
fn list<T>(all: impl IntoIterator<Item = T>, one: impl Fn(T) -> String, ordered: bool) -> String {
    let mut all: Vec<String> = all.into_iter().map(one).collect();
    if !ordered {
        all.sort();
    }
    format!("[{}]", all.join(" "))
}

fn comment(comment: &Comment) -> String {
    format!("{}/{:?}/{:?}", comment.id, comment.post_id, comment.body)
}

fn post(post: &Post) -> String {
    let comments = post.comments.get();
    let comments = comments.map_or("?".to_owned(), |all| list(all, comment, true));
    format!("{}/{}/{}{comments}", post.id, post.owner_id, post.rank)
}

fn owner(owner: &Owner) -> String {
    let posts = owner.posts.get();
    // The order of posts of one rank is open.
    let posts = posts.map_or("?".to_owned(), |all| list(all, post, false));
    let notes = owner.notes.get();
    let note = |note: &Note| format!("{}/{:?}", note.id, note.owner_id);
    let notes = notes.map_or("?".to_owned(), |all| list(all, note, true));
    format!("{}{posts}{notes}", owner.id)
}

/// Owners as text, each once.
fn owners<'a>(all: impl IntoIterator<Item = &'a Owner>) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for one in all.into_iter().map(owner) {
        if !owners.contains(&one) {
            owners.push(one);
        }
    }
    owners
}

/// As a session holds them, and as plain values.
async fn both_ways<Q>(engine: &Engine, query: Q) -> orm_core::Result<Vec<String>>
where
    Q: Query<Shape = Entity<Owner>> + Clone,
{
    let plain = owners(&engine.all(query.clone()).await?);
    let mut session = engine.session();
    let held = session.all(query).await?;
    let detached: Vec<Owner> = held
        .into_iter()
        .map(|owner| session.detach(owner))
        .collect::<orm_core::Result<_>>()?;
    assert_eq!(owners(&detached), plain);
    Ok(plain)
}

both! {
    /// The same trees as by statements of their own, for queries whose rows come in any order, and more than once.
    async fn trees_are_those_of_other_statements(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let queries = || {
            let all = Owner::select;
            [
                all().order_by(Owner::id),
                all().order_by(Owner::name),
                all().order_by(Owner::id.desc()),
                all().filter(Owner::name.eq("same")).order_by(Owner::name),
                all().order_by((Owner::name, Owner::id)).limit(2).offset(1),
                all().join(Owner::notes).order_by(Note::id),
                all().left_join(Owner::notes).order_by((Owner::name, Note::id.desc())),
                all().distinct().order_by(Owner::id),
            ]
        };
        let comments = Post::comments;
        for (nr, query) in queries().into_iter().enumerate() {
            // What stands in rows by the query's own order may come in any where that leaves it open.
            let sorted = |mut all: Vec<String>| { all.sort(); all };
            let apart = query.clone().with(Owner::posts.select_in().then(comments.select_in()));
            let apart = sorted(both_ways(&engine, apart).await?);
            let joined = query.clone().with(Owner::posts.joined().then(comments.joined()));
            assert_eq!(sorted(both_ways(&engine, joined).await?), apart, "query {nr}");
            let mixed = query.clone().with(Owner::posts.select_in().then(comments.joined()));
            assert_eq!(sorted(both_ways(&engine, mixed).await?), apart, "query {nr}");
            let few = comments.filter(Comment::id.gt(3)).limit(2);
            let apart = query.clone().with(Owner::posts.select_in().then(few.clone().select_in()));
            let joined = query.clone().with(Owner::posts.joined().then(few.joined()));
            assert_eq!(both_ways(&engine, joined).await?.len(), both_ways(&engine, apart).await?.len());

            let apart = query.clone().with(Owner::posts.select_in().then(comments.select_in().undefer(Comment::body)))
                .with(Owner::notes.select_in());
            let apart = sorted(both_ways(&engine, apart).await?);
            let joined = query.with(Owner::posts.joined().then(comments.joined().undefer(Comment::body)))
                .with(Owner::notes.joined());
            assert_eq!(sorted(both_ways(&engine, joined).await?), apart, "query {nr}");
        }
        let first = Owner::select().filter(Owner::id.eq(2)).with(Owner::posts.joined().then(comments.joined()))
            .with(Owner::notes.joined());
        assert_eq!(
            both_ways(&engine, first).await?,
            ["2[1/2/1[6/Some(1)/<unloaded> 12/Some(1)/<unloaded> 18/Some(1)/<unloaded>] 10/2/0[] 4/2/0[] \
                7/2/1[3/Some(7)/<unloaded> 9/Some(7)/<unloaded> 15/Some(7)/<unloaded>]][1/Some(2) 3/Some(2) 5/Some(2)]"]
        );
        let twice = Owner::select().filter(Owner::id.le(2)).union_all(Owner::select().filter(Owner::id.ge(2)));
        let joined = twice.order_by(Owner::id).with(Owner::posts.joined().then(comments.joined()));
        let apart = Owner::select().order_by(Owner::id).with(Owner::posts.select_in().then(comments.select_in()));
        assert_eq!(both_ways(&engine, joined).await?, both_ways(&engine, apart).await?);
    }

    /// Rows of several values have no key of their own.
    async fn in_rows_of_several_values(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let rows = engine.all(select((Owner::name, entity::<Owner>())).order_by(Owner::name)
            .with(Owner::posts.joined().then(Post::comments.joined()))).await?;
        let plain = Owner::select().order_by(Owner::id).with(Owner::posts.select_in().then(Post::comments.select_in()));
        let mut found: Vec<String> = rows.iter().map(|(_, one)| owner(one)).collect();
        found.sort();
        assert_eq!(found, owners(&engine.all(plain).await?));
    }

    /// A relationship to one of which there are two does not double what stands beside it.
    async fn two_where_one_is_expected(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        for id in [1, 2] {
            engine.execute(text_unchecked(format!("INSERT INTO badges (id, owner_id) VALUES ({id}, 1)"))).await?;
        }
        let apart = Owner::select().order_by(Owner::id).with(Owner::posts.select_in()).with(Owner::notes.select_in());
        let apart = both_ways(&engine, apart).await?;
        let joined = Owner::select().order_by(Owner::id).with(Owner::badge.joined()).with(Owner::posts.joined())
            .with(Owner::notes.joined());
        assert_eq!(both_ways(&engine, joined).await?, apart);
    }

    /// Text that is equal need not be the same, so it is read.
    async fn keys_of_text(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Group, Member, Duty)>()?.create_all(&engine).await?;
        for insert in [
            "INSERT INTO groups_ (code) VALUES ('a'), ('b'), ('c')",
            "INSERT INTO members (code, group_code) VALUES ('x', 'b'), ('y', 'a'), ('z', 'b')",
            "INSERT INTO duties (id, member_code) VALUES (1, 'z'), (2, 'y'), (3, 'z'), (4, 'y')",
        ] {
            engine.execute(text_unchecked(insert)).await?;
        }
        let log = Log::new(&db, &engine);
        let query = || Group::select().order_by(Group::code);
        let joined = engine.all(query().with(Group::members.joined().then(Member::duties.joined()))).await?;
        log.sent(["SELECT groups_.code, members_1.code, members_1.group_code, duties_1.id, duties_1.member_code FROM groups_ \
            LEFT JOIN members AS members_1 ON groups_.code = members_1.group_code \
            LEFT JOIN duties AS duties_1 ON members_1.code = duties_1.member_code \
            ORDER BY groups_.code, members_1.code, duties_1.id"]);
        let apart = engine.all(query().with(Group::members.select_in().then(Member::duties.select_in()))).await?;
        assert_eq!(format!("{joined:?}"), format!("{apart:?}"));
    }

    /// Down a relationship of a model with itself, where an object stands in rows as a whole and as a part.
    async fn parts_of_parts(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Part,)>()?.create_all(&engine).await?;
        for (id, whole) in [(9, "NULL"), (8, "9"), (7, "9"), (6, "8"), (5, "7"), (4, "8"), (3, "6"), (2, "6"), (1, "1")] {
            engine.execute(text_unchecked(format!("INSERT INTO parts (id, whole_id) VALUES ({id}, {whole})"))).await?;
        }
        for query in [Part::select().order_by(Part::id), Part::select().order_by(Part::id.desc())] {
            let joined = engine.all(query.clone().with(Part::parts.recursive(3).joined())).await?;
            let apart = engine.all(query.with(Part::parts.recursive(3).select_in())).await?;
            assert_eq!(joined.len(), 9);
            assert_eq!(format!("{joined:?}"), format!("{apart:?}"));
        }
    }
}
