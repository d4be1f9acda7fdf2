//! A commit that found the file busy: a writer elsewhere keeps it for longer than the commit waits.

use super::*;
use crate::harness::run;

#[test]
fn sqlite() {
    run(Backend::Sqlite, "busy_commit", busy);
}

async fn busy(db: Db) -> Result<()> {
    let other = start(&db).await?;
    let engine = Engine::builder(db.url())
        .busy_timeout(Duration::from_millis(20))
        .connect()
        .await?;
    for _ in 0..2 {
        let mut holder = other.session();
        holder.begin().await?;
        let mut session = engine.session();
        session.add(note(4));
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Busy);
        holder.rollback().await?;
        let error = session.commit().await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        is_refused(&mut session, &engine, Some(ErrorKind::Busy)).await?;
    }
    Ok(())
}
