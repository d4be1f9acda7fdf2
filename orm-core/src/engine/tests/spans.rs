//! What `tracing` is told of statements.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use super::*;
use crate::engine::Echo;

thread_local! {
    /// The notes of the test on this thread, while it takes some.
    static NOTES: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Writes down every span and event of the engine. One for the whole process: tests run side by side, and `tracing` keeps
/// for each call site whether anyone listens.
struct Notes;

struct Line<'n>(&'n mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Notes {
    fn note(&self, kind: &str, record: impl FnOnce(&mut Line<'_>)) {
        NOTES.with_borrow_mut(|notes| {
            let text = notes.get_or_insert_default();
            text.push_str(kind);
            record(&mut Line(text));
            text.push('\n');
        });
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "orm::sql" && NOTES.with_borrow(Option::is_some)
    }
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note("span", |line| span.record(line));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        self.note("record", |line| values.record(line));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        self.note("event", |line| event.record(line));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

async fn notes(echo: Echo) -> String {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::dispatcher::set_global_default(tracing::Dispatch::new(Notes)).unwrap();
        tracing::callsite::rebuild_interest_cache();
    });
    NOTES.set(Some(String::new()));
    let engine = Engine::builder("sqlite::memory:")
        .echo(echo)
        .connect()
        .await
        .unwrap();
    let mut c = engine.acquire().await.unwrap();
    let mut statement = sql("SELECT ?", [Value::Text("s3cret".into())]);
    statement.summary.table = Some("t".into());
    c.fetch(statement, Rows::default()).await.unwrap();
    all(&mut c, "SELECT x FROM ghosts", []).await.unwrap_err();
    NOTES.take().unwrap()
}

#[tokio::test]
async fn spans_have_the_agreed_names_and_no_values() {
    let text = notes(Echo::Off).await;
    assert_eq!(
        text,
        "span otel.name=\"SELECT t\" otel.kind=\"client\" db.system.name=\"sqlite\" db.collection.name=\"t\" \
         db.operation.name=\"SELECT\" db.query.summary=\"SELECT t\" db.query.text=\"SELECT ?\"\n\
         span otel.name=\"SELECT\" otel.kind=\"client\" db.system.name=\"sqlite\" db.operation.name=\"SELECT\" \
         db.query.summary=\"SELECT\" db.query.text=\"SELECT x FROM ghosts\"\n\
         record error.type=\"undefined object\"\n\
         record db.response.status_code=\"1\"\n"
    );
    let text = notes(Echo::Sql).await;
    assert!(
        text.starts_with("event message=SELECT ? rows=1\n"),
        "{text}"
    );
    assert!(!text.contains("s3cret"));
    let text = notes(Echo::SqlAndParams).await;
    assert!(text.contains("parameters=[Text(\"s3cret\")]"), "{text}");
}
