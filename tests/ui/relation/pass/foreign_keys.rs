//! Relationships whose foreign key is named, since several lead to one model, or it has several columns.

use orm_core::Model;
use orm_core::mapping::{BelongsTo, HasMany, HasOne, RelationKind};

#[derive(Model, Default)]
struct Person {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Person::id)]
    boss_id: Option<i64>,
    #[orm(foreign_key = boss_id, back_populates = team)]
    boss: BelongsTo<Self>,
    #[orm(foreign_key = boss_id, back_populates = boss, order_by(Person::boss_id, desc(Person::id)))]
    team: HasMany<Person>,
    #[orm(foreign_key = written_by, back_populates = writer, cascade = "none")]
    letters: HasMany<Letter>,
    #[orm(foreign_key = read_by, cascade = "save-update, merge, delete")]
    last_read: HasOne<Letter>,
}

#[derive(Model, Default)]
struct Letter {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Person::id, column = "author")]
    written_by: i64,
    #[orm(references = Person::id)]
    read_by: i64,
    #[orm(foreign_key = written_by, back_populates = letters)]
    writer: BelongsTo<Person>,
    #[orm(foreign_key(read_by))]
    reader: BelongsTo<Person>,
}

fn main() {
    let relations = Person::descriptor().relations;
    for relation in relations.iter().chain(Letter::descriptor().relations) {
        relation.link().unwrap();
    }
    assert_eq!(relations[2].foreign_key, ["author"]);
    assert_eq!(relations[3].kind, RelationKind::HasOne);
    assert!(!relations[2].cascade.save_update);
    assert!(relations[3].cascade.delete && !relations[3].cascade.delete_orphan);
    let order: Vec<_> = relations[1].order_by.iter().map(|term| (term.column, term.descending)).collect();
    assert_eq!(order, [("boss_id", false), ("id", true)]);
    let letter = Letter::create().writer(Person::default()).reader(Person::default()).build().object;
    assert_eq!((letter.id, letter.written_by, letter.read_by), (0, 0, 0));
    assert!(letter.writer.get().unwrap().is_some() && !letter.reader.is_unloaded());
    let person = Person::create().team([Person::default()]).build().object;
    assert_eq!(person.team.get().unwrap().len(), 1);
    assert!(person.boss.is_unloaded() && person.letters.is_unloaded() && person.last_read.is_unloaded());
    assert_eq!((person.id, person.boss_id), (0, None));
}
