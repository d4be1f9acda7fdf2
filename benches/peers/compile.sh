#!/usr/bin/env bash
# What the models cost at compile time: a program with 50 models (25 parents with children, each pair with an insert, a query
# and the loading of children) for each of these ORMs. Writes compile.md, and puts it into docs/peers.md.
#
#   compile.sh                  measures all: about 15 minutes on two processors that have nothing else to do
#   compile.sh ours seaorm      these only; printed, nothing is written
#   JOBS=1 MODELS=10 compile.sh ours
set -euo pipefail
cd "$(dirname "$0")"
root="$PWD"
work="$root/target/compile"
peers=("$@")
[ "$#" != 0 ] || peers=(ours seaorm diesel toasty)
pairs=$((${MODELS:-50} / 2))
export CARGO_TERM_COLOR=never CARGO_INCREMENTAL=1
unset RUSTFLAGS
jobs="-j${JOBS:-2}"

# Each writes the modules of one pair, whose number is $1.
ours() {
    cat <<RS
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "parents$1")]
pub struct Parent$1 {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub country: Option<String>,
    pub born: i32,
    pub rating: f64,
    pub active: bool,
    #[orm(back_populates = parent, order_by = Child$1::id)]
    pub children: HasMany<Child$1>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "children$1")]
pub struct Child$1 {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Parent$1::id)]
    pub parent_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
    pub in_print: bool,
    #[orm(back_populates = children)]
    pub parent: BelongsTo<Parent$1>,
}

pub async fn work$1(engine: &Engine) -> orm_core::Result<usize> {
    let mut session = engine.session();
    session.add(Parent$1 { name: "one".into(), ..Default::default() });
    session.commit().await?;
    let query = Parent$1::select().filter(Parent$1::name.eq("one")).order_by(Parent$1::id).with(Parent$1::children);
    Ok(engine.all(query).await?.iter().map(|parent| parent.children.get().map_or(0, |children| children.len())).sum())
}

RS
}
ours_main() {
    cat <<RS
use orm_core::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm_core::Result<()> {
    let engine = Engine::connect("sqlite::memory:").await?;
$(for n in $(seq "$1"); do echo "    println!(\"{}\", work$n(&engine).await?);"; done)
    Ok(())
}

RS
}

seaorm() {
    cat <<RS
pub mod parent$1 {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parents$1")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub country: Option<String>,
        pub born: i32,
        pub rating: f64,
        pub active: bool,
        #[sea_orm(has_many)]
        pub children: HasMany<super::child$1::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod child$1 {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "children$1")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub parent_id: i64,
        pub title: String,
        pub year: i32,
        pub price: f64,
        pub in_print: bool,
        #[sea_orm(belongs_to, from = "parent_id", to = "id")]
        pub parent: BelongsTo<super::parent$1::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn work$1(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let new = parent$1::ActiveModel {
        name: Set("one".to_owned()),
        born: Set(0),
        rating: Set(0.0),
        active: Set(true),
        ..Default::default()
    };
    new.insert(db).await?;
    let query = parent$1::Entity::load()
        .filter(parent$1::COLUMN.name.eq("one"))
        .order_by_asc(parent$1::COLUMN.id)
        .with(child$1::Entity);
    Ok(query.all(db).await?.into_iter().map(|parent| parent.children.into_iter().count()).sum())
}

RS
}
seaorm_main() {
    cat <<RS
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Database, QueryOrder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), DbErr> {
    let db = Database::connect("sqlite::memory:").await?;
$(for n in $(seq "$1"); do echo "    println!(\"{}\", work$n(&db).await?);"; done)
    Ok(())
}

RS
}

diesel() {
    cat <<RS
diesel::table! {
    parents$1 (id) { id -> BigInt, name -> Text, country -> Nullable<Text>, born -> Integer, rating -> Double, active -> Bool, }
}
diesel::table! {
    children$1 (id) { id -> BigInt, parent_id -> BigInt, title -> Text, year -> Integer, price -> Double, in_print -> Bool, }
}
diesel::joinable!(children$1 -> parents$1 (parent_id));
diesel::allow_tables_to_appear_in_same_query!(parents$1, children$1);

#[derive(Queryable, Selectable, Identifiable, Debug)]
#[diesel(table_name = parents$1)]
pub struct Parent$1 {
    pub id: i64,
    pub name: String,
    pub country: Option<String>,
    pub born: i32,
    pub rating: f64,
    pub active: bool,
}

#[derive(Insertable)]
#[diesel(table_name = parents$1)]
pub struct NewParent$1 {
    pub name: String,
    pub country: Option<String>,
    pub born: i32,
    pub rating: f64,
    pub active: bool,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Debug)]
#[diesel(table_name = children$1, belongs_to(Parent$1, foreign_key = parent_id))]
pub struct Child$1 {
    pub id: i64,
    pub parent_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
    pub in_print: bool,
}

#[derive(Insertable)]
#[diesel(table_name = children$1)]
pub struct NewChild$1 {
    pub parent_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
    pub in_print: bool,
}

pub fn work$1(conn: &mut SqliteConnection) -> QueryResult<usize> {
    let new = NewParent$1 { name: "one".into(), country: None, born: 0, rating: 0.0, active: true };
    diesel::insert_into(parents$1::table).values(&new).execute(conn)?;
    let query = parents$1::table.filter(parents$1::name.eq("one")).order(parents$1::id);
    let parents = query.select(Parent$1::as_select()).load(conn)?;
    let children = Child$1::belonging_to(&parents).select(Child$1::as_select()).load(conn)?.grouped_by(&parents);
    Ok(children.iter().map(Vec::len).sum())
}

RS
}
diesel_main() {
    cat <<RS
use diesel::prelude::*;

fn main() -> QueryResult<()> {
    let mut conn = SqliteConnection::establish(":memory:").expect("a connection");
$(for n in $(seq "$1"); do echo "    println!(\"{}\", work$n(&mut conn)?);"; done)
    Ok(())
}

RS
}

toasty() {
    cat <<RS
#[derive(Debug, toasty::Model)]
#[table = "parents$1"]
pub struct Parent$1 {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub country: Option<String>,
    pub born: i32,
    pub rating: f64,
    pub active: bool,
    #[has_many]
    pub children: toasty::Deferred<Vec<Child$1>>,
}

#[derive(Debug, toasty::Model)]
#[table = "children$1"]
pub struct Child$1 {
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub parent_id: u64,
    #[belongs_to(key = parent_id, references = id)]
    pub parent$1: toasty::Deferred<Parent$1>,
    pub title: String,
    pub year: i32,
    pub price: f64,
    pub in_print: bool,
}

pub async fn work$1(db: &mut toasty::Db) -> toasty::Result<usize> {
    Parent$1::create().name("one").born(0).rating(0.0).active(true).exec(db).await?;
    let query = Parent$1::filter(Parent$1::fields().name().eq("one"))
        .order_by(Parent$1::fields().id().asc())
        .include(Parent$1::fields().children());
    Ok(query.exec(db).await?.iter().map(|parent| parent.children.get().len()).sum())
}

RS
}
toasty_main() {
    cat <<RS
#[tokio::main(flavor = "current_thread")]
async fn main() -> toasty::Result<()> {
    let mut builder = toasty::Db::builder();
    builder.models(toasty::models!($(for n in $(seq "$1"); do printf 'Parent%d, Child%d, ' "$n" "$n"; done)));
    let mut db = builder.connect("sqlite::memory:").await?;
$(for n in $(seq "$1"); do echo "    println!(\"{}\", work$n(&mut db).await?);"; done)
    Ok(())
}

RS
}

# A program of $2 pairs with the dependencies, and their versions, of the contender $1.
generate() {
    local dir="$work/$1-$2"
    mkdir -p "$dir/src"
    sed -e '/^protocol = /d' -e '/^\[\[bin\]\]/,$d' -e '/^\[profile/,/^$/d' -e "s#\"../../../#\"$root/../../#" "$1/Cargo.toml" >"$dir/Cargo.toml"
    cp "$1/Cargo.lock" "$dir/Cargo.lock"
    { "$1_main" "$2"; for n in $(seq "$2"); do "$1" "$n"; done; } >"$dir/src/main.rs"
    echo "$dir"
}

# Seconds of the wall, and of all processors together.
timed() {
    local TIMEFORMAT='%R %U %S'
    { time "$@" >>"$work/log" 2>&1; } 2>"$work/time" || { tail -30 "$work/log" >&2; return 1; }
    awk '{ printf "%.1f s (%.1f)", $1, $2 + $3 }' "$work/time"
}

mkdir -p "$work"
: >"$work/log"
rows=()
for peer in "${peers[@]}"; do
    dir="$(generate "$peer" "$pairs")"
    export CARGO_TARGET_DIR="$work/target-$peer"
    cd "$dir"
    cargo fetch >>"$work/log" 2>&1
    # KEEP=1 leaves what is built of the dependencies, and measures no build of them.
    whole='–'
    [ -n "${KEEP:-}" ] || { rm -rf "$CARGO_TARGET_DIR" && whole="$(timed cargo build "$jobs")"; }
    cargo build "$jobs" >>"$work/log" 2>&1
    cargo check "$jobs" >>"$work/log" 2>&1
    cargo clean -p "peer-$peer" >>"$work/log" 2>&1
    own="$(timed cargo build "$jobs")"
    cargo clean -p "peer-$peer" >>"$work/log" 2>&1
    check="$(timed cargo check "$jobs")"
    # A line in one function, which is what one edits.
    sed -i '0,/    println!/s//    std::hint::black_box(1);\n    println!/' src/main.rs
    again="$(timed cargo check "$jobs")"
    # A column, which changes a model.
    sed -i '0,/    pub country: Option<String>,/s//    pub country: Option<String>,\n    pub city: Option<String>,/' src/main.rs
    [ "$peer" != diesel ] || sed -i '0,/country -> Nullable<Text>,/s//country -> Nullable<Text>, city -> Nullable<Text>,/; 0,/country: None,/s//country: None, city: None,/' src/main.rs
    [ "$peer" != diesel ] || awk '/pub country: Option<String>,/ && ++n == 2 { print; print "    pub city: Option<String>,"; next } 1' src/main.rs >src/new && { [ ! -f src/new ] || mv src/new src/main.rs; }
    column="$(timed cargo check "$jobs")"
    cd "$root"
    small="$(generate "$peer" 1)"
    # The models alone.
    { "${peer}_main" 0 | sed '/main(flavor/,$d; /^fn main/,$d'; "$peer" 1 | sed '/^pub\( async\)\? fn work/,$d'; } >"$small/src/lib.rs"
    rm "$small/src/main.rs"
    lines="$(cd "$small" && RUSTC_BOOTSTRAP=1 cargo rustc "$jobs" --lib --profile check -- -Zunpretty=expanded 2>>"$work/log" | wc -l)"
    rows+=("| $peer | $whole | $own | $check | $again | $column | $lines |")
    echo "${rows[-1]}" >&2
done
{
    echo "## Compile time"
    echo
    echo "A program with $((pairs * 2)) models (half of them parents, half their children), and for each pair an insert, a query and the loading of children;"
    echo "debug builds with $(rustc -V | cut -d' ' -f1,2) on $(nproc) processors, in brackets the time of all processors together. *Changed line*: a line inside a function;"
    echo "*new column*: a field of one model. Expanded lines are those of two models, a parent and its children, without any use of them."
    echo "Written by \`benches/peers/compile.sh\`."
    echo
    echo "| | clean build, with dependencies | build of the program | its check | check after a changed line | check after a new column | expanded lines of two models |"
    echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    printf '%s\n' "${rows[@]}" | sed 's/^| ours /| ours /; s/^| seaorm /| SeaORM /; s/^| diesel /| Diesel /; s/^| toasty /| Toasty /'
} >"$work/compile.md"
cat "$work/compile.md"
if [ "$#" = 0 ]; then
    cp "$work/compile.md" compile.md
    rest="$(sed '/^## Compile time$/,$d' ../../docs/peers.md)"
    printf '%s\n\n%s\n' "$rest" "$(cat compile.md)" >../../docs/peers.md
fi
