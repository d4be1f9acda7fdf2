//! Texts in texts: exactly, or in letters of either case, and with everything that means something elsewhere.

use orm_core::prelude::*;
use orm_core::sql::Typed;

use crate::harness::{Backend, Log, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key)]
    id: i64,
    word: String,
    other: Option<String>,
}

const WORDS: [&str; 9] = [
    "Readme", "README", "me", "", "50%", "a_b", "axb", "/é/", "éÉé",
];

both! {
    async fn as_they_are(db: Db) {
        let engine = &db.engine().await;
        Metadata::of::<Word>()?.create_all(engine).await?;
        let mut session = engine.session();
        for (id, word) in (1..).zip(WORDS) {
            session.add(Word { id, word: word.into(), other: None });
        }
        session.commit().await?;
        let ids = |condition: Typed<bool>| engine.all(select(Word::id).filter(condition).order_by(Word::id));
        let expected = |test: &dyn Fn(&str) -> bool| -> Vec<i64> {
            (1..).zip(WORDS).filter(|(_, word)| test(word)).map(|(id, _)| id).collect()
        };
        for part in ["me", "ME", "", "R", "%", "_", "0%", "a_", "/", "é", "É", "Readme", "Readme+", "\\", "éÉé"] {
            assert_eq!(ids(Word::word.contains(part)).await?, expected(&|word| word.contains(part)), "{part}");
            assert_eq!(ids(Word::word.starts_with(part)).await?, expected(&|word| word.starts_with(part)), "{part}");
            assert_eq!(ids(Word::word.ends_with(part)).await?, expected(&|word| word.ends_with(part)), "{part}");
            assert_eq!(ids(Word::word.contains(part).not()).await?, expected(&|word| !word.contains(part)), "{part}");
            assert_eq!(ids(Word::word.starts_with(part).not()).await?, expected(&|word| !word.starts_with(part)), "{part}");
            assert_eq!(ids(Word::word.ends_with(part).not()).await?, expected(&|word| !word.ends_with(part)), "{part}");
            for condition in [Word::other.contains(part), Word::other.ends_with(part), Word::other.starts_with(part).not()] {
                assert_eq!(ids(condition).await?, [0; 0]);
            }
        }
        for part in ["me", "ME", "r", "", "A_B", "/"] {
            let lower = part.to_ascii_lowercase();
            let of = |word: &str| word.to_ascii_lowercase();
            assert_eq!(ids(Word::word.contains_ignore_case(part)).await?, expected(&|word| of(word).contains(&lower)));
            assert_eq!(ids(Word::word.starts_with_ignore_case(part)).await?, expected(&|word| of(word).starts_with(&lower)));
            assert_eq!(ids(Word::word.ends_with_ignore_case(part)).await?, expected(&|word| of(word).ends_with(&lower)));
        }
        // A statement writes and deletes by them too.
        assert_eq!(engine.execute(Word::delete().filter(Word::word.ends_with("me"))).await?, 2);
    }

    async fn their_texts(db: Db) {
        let engine = &db.engine().await;
        Metadata::of::<Word>()?.create_all(engine).await?;
        let log = Log::new(&db, engine);
        for condition in [Word::word.contains("a"), Word::word.starts_with("a"), Word::word.ends_with("a")] {
            engine.all(select(Word::id).filter(condition)).await?;
        }
        match db.backend() {
            Backend::Sqlite => log.sent([
                "SELECT words.id FROM words WHERE instr(words.word, ?) > 0",
                "SELECT words.id FROM words WHERE instr(words.word, ?) = 1",
                "SELECT words.id FROM words WHERE ifnull(substr(CAST(words.word AS BLOB), 1 + octet_length(words.word) - octet_length(?)), \
                 CAST(words.word AS BLOB)) = CAST(? AS BLOB)",
            ]),
            Backend::Postgres => log.sent(["SELECT words.id FROM words WHERE words.word LIKE ? ESCAPE '/'"; 3]),
        }
    }

    /// A NUL is a character like any other on SQLite, and part of no text on PostgreSQL.
    async fn with_a_nul(db: Db) {
        let engine = &db.engine().await;
        Metadata::of::<Word>()?.create_all(engine).await?;
        let ids = |condition: Typed<bool>| engine.all(select(Word::id).filter(condition).order_by(Word::id));
        // What a pattern would be cut at is refused everywhere.
        for pattern in [Word::word.like("\0%"), Word::word.ilike("a\0"), Word::word.not_like("a\0%"), Word::word.like_escape("\0", '!')] {
            let error = ids(pattern).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encode, "{error}");
            assert!(error.message().contains("NUL"), "{error}");
        }
        if db.backend() == Backend::Postgres {
            let mut session = engine.session();
            session.add(Word { id: 1, word: "plain".into(), other: None });
            session.commit().await?;
            assert!(ids(Word::word.contains("\0")).await.is_err());
            return Ok(());
        }
        let words = ["plain", "a\0b", "\0", "a", "b\0A"];
        let mut session = engine.session();
        for (id, word) in (1..).zip(words) {
            session.add(Word { id, word: word.into(), other: None });
        }
        session.commit().await?;
        let expected = |test: &dyn Fn(&str) -> bool| -> Vec<i64> {
            (1..).zip(words).filter(|(_, word)| test(word)).map(|(id, _)| id).collect()
        };
        for part in ["\0", "a\0", "\0b", "a", "b", "\0\0", "a\0b", ""] {
            assert_eq!(ids(Word::word.contains(part)).await?, expected(&|word| word.contains(part)), "{part:?}");
            assert_eq!(ids(Word::word.starts_with(part)).await?, expected(&|word| word.starts_with(part)), "{part:?}");
            assert_eq!(ids(Word::word.ends_with(part)).await?, expected(&|word| word.ends_with(part)), "{part:?}");
            let of = |word: &str| word.to_ascii_lowercase();
            assert_eq!(ids(Word::word.contains_ignore_case(part)).await?, expected(&|word| of(word).contains(part)), "{part:?}");
            assert_eq!(ids(Word::word.ends_with_ignore_case(part)).await?, expected(&|word| of(word).ends_with(part)), "{part:?}");
        }
    }
}
