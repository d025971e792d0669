//! What an intruder with all rights in the database does to the log, `verify` finds.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::audit::chain::{Anchor, Flaw, Linker, verify};
use intake::audit::{self, Action, Actor, Event, Subject};
use intake::db::Connection;
use intake::sealing::Keys;
use intake::values::LeadId;

use crate::support::TestDatabase;

async fn record(conn: &mut Connection, count: usize) {
    for _ in 0..count {
        let event = Event::new(Actor::System, Action::LeadViewed, Subject::Lead(LeadId::new()));
        audit::record(conn, &event.with(serde_json::json!({"view": "all", "rows": 3}))).await.unwrap();
    }
}

/// A database with eight linked events.
async fn linked() -> (TestDatabase, Connection, Linker) {
    let database = TestDatabase::fresh().await;
    let mut conn = database.connect().await;
    let mut linker = Linker::default();
    record(&mut conn, 8).await;
    assert_eq!(linker.link_all(&mut conn, &Keys::for_tests(), Utc::now()).await.unwrap(), 8);
    (database, conn, linker)
}

/// As the owner of the tables, who can switch off what guards them.
async fn tamper(conn: &mut Connection, sql: &str) {
    conn.batch_execute(&format!(
        "ALTER TABLE audit_links DROP CONSTRAINT IF EXISTS audit_links_event_id_fkey; \
         ALTER TABLE audit_events DISABLE TRIGGER USER; ALTER TABLE audit_links DISABLE TRIGGER USER; {sql}; \
         ALTER TABLE audit_events ENABLE TRIGGER USER; ALTER TABLE audit_links ENABLE TRIGGER USER"
    ))
    .await
    .unwrap();
}

#[actix_web::test]
async fn rows_are_linked_once_and_the_tail_is_reported() {
    let (database, mut conn, mut linker) = linked().await;
    let keys = Keys::for_tests();
    record(&mut conn, 3).await;
    let report = verify(&mut conn, &keys, &[]).await.unwrap();
    assert_eq!((report.linked, report.unlinked, report.broken), (8, 3, None));
    assert_eq!(linker.link_all(&mut conn, &keys, Utc::now()).await.unwrap(), 3);
    assert_eq!(linker.link_all(&mut conn, &keys, Utc::now()).await.unwrap(), 0);
    let report = verify(&mut conn, &keys, &[]).await.unwrap();
    assert_eq!((report.linked, report.unlinked, report.broken), (11, 0, None));
    drop(conn);
    database.remove().await;
}

#[actix_web::test]
async fn a_row_committed_late_is_linked_although_its_number_is_low() {
    let (database, mut conn, mut linker) = linked().await;
    let keys = Keys::for_tests();
    let mut slow = database.connect().await;
    slow.batch_execute("BEGIN").await.unwrap();
    record(&mut slow, 1).await;
    record(&mut conn, 2).await;
    assert_eq!(linker.link_all(&mut conn, &keys, Utc::now()).await.unwrap(), 2);
    slow.batch_execute("COMMIT").await.unwrap();
    assert_eq!(linker.link_all(&mut conn, &keys, Utc::now()).await.unwrap(), 1);
    let report = verify(&mut conn, &keys, &[]).await.unwrap();
    assert_eq!((report.linked, report.unlinked, report.broken), (11, 0, None));
    drop((conn, slow));
    database.remove().await;
}

#[actix_web::test]
async fn two_workers_link_each_row_once() {
    let database = TestDatabase::fresh().await;
    record(&mut database.connect().await, 40).await;
    let work = || async {
        let mut conn = database.connect().await;
        let (mut linker, keys) = (Linker::default(), Keys::for_tests());
        for _ in 0..5 {
            linker.link_all(&mut conn, &keys, Utc::now()).await.unwrap();
        }
    };
    futures_util::future::join_all([work(), work(), work()]).await;
    let mut conn = database.connect().await;
    let report = verify(&mut conn, &Keys::for_tests(), &[]).await.unwrap();
    assert_eq!((report.linked, report.unlinked, report.broken), (40, 0, None));
    drop(conn);
    database.remove().await;
}

#[actix_web::test]
async fn the_database_itself_refuses_changes() {
    let (database, mut conn, _) = linked().await;
    for sql in [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events CASCADE",
        "UPDATE audit_links SET hash = ''",
        "DELETE FROM audit_links",
    ] {
        let said = conn.batch_execute(sql).await.unwrap_err().to_string();
        assert!(said.contains("append-only"), "{sql}: {said}");
    }
    drop(conn);
    database.remove().await;
}

#[actix_web::test]
async fn every_tampering_is_found_at_its_row() {
    let cases = [
        ("UPDATE audit_events SET action = 'lead.claimed' WHERE id = 4", 4, Flaw::Changed),
        ("UPDATE audit_events SET at = at + interval '1 microsecond' WHERE id = 5", 5, Flaw::Changed),
        ("UPDATE audit_events SET details = details || '{\"rows\": 4}' WHERE id = 2", 2, Flaw::Changed),
        ("UPDATE audit_events SET request_id = 'x' WHERE id = 8", 8, Flaw::Changed),
        ("DELETE FROM audit_events WHERE id = 3", 3, Flaw::EventMissing),
        ("DELETE FROM audit_links WHERE seq = 6", 7, Flaw::LinksMissing),
        ("DELETE FROM audit_links WHERE seq = 1; DELETE FROM audit_events WHERE id = 1", 2, Flaw::LinksMissing),
        ("UPDATE audit_links SET hash = sha256(hash) WHERE seq = 5", 5, Flaw::Changed),
        (
            "UPDATE audit_links SET event_id = -1 WHERE seq = 2; UPDATE audit_links SET event_id = 2 WHERE seq = 3; \
             UPDATE audit_links SET event_id = 3 WHERE seq = 2",
            2,
            Flaw::Changed,
        ),
        (
            "UPDATE audit_links SET seq = 100 WHERE seq = 4; UPDATE audit_links SET seq = 4 WHERE seq = 5; \
             UPDATE audit_links SET seq = 5 WHERE seq = 100",
            4,
            Flaw::Changed,
        ),
        ("INSERT INTO audit_links (seq, event_id, hash) SELECT 9, 99, hash FROM audit_links WHERE seq = 8", 9, Flaw::EventMissing),
    ];
    let (database, mut conn, _) = linked().await;
    drop(conn);
    for (sql, seq, flaw) in cases {
        let (copy, mut conn, _) = linked().await;
        tamper(&mut conn, sql).await;
        let broken = verify(&mut conn, &Keys::for_tests(), &[]).await.unwrap().broken.unwrap_or_else(|| panic!("{sql}"));
        assert_eq!((broken.seq, broken.flaw), (seq, flaw), "{sql}");
        drop(conn);
        copy.remove().await;
    }
    conn = database.connect().await;
    assert_eq!(verify(&mut conn, &Keys::for_tests(), &[]).await.unwrap().broken, None);
    drop(conn);
    database.remove().await;
}

#[actix_web::test]
async fn a_tail_that_was_cut_off_is_found_by_its_signed_checkpoint() {
    let (database, mut conn, mut linker) = linked().await;
    let keys = Keys::for_tests();
    let anchor = linker.checkpoint(&mut conn, &keys, Utc::now()).await.unwrap().unwrap();
    assert_eq!(anchor.seq, 8);
    assert_eq!(linker.checkpoint(&mut conn, &keys, Utc::now()).await.unwrap(), None);
    let anchors = Anchor::read_all(&keys, &serde_json::to_string(&anchor).unwrap()).unwrap();
    let report = verify(&mut conn, &keys, &anchors).await.unwrap();
    assert_eq!((report.broken, report.anchors), (None, 1));
    tamper(&mut conn, "DELETE FROM audit_links WHERE seq > 6; DELETE FROM audit_events WHERE id > 6").await;
    assert_eq!(verify(&mut conn, &keys, &[]).await.unwrap().broken, None);
    let broken = verify(&mut conn, &keys, &anchors).await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.flaw), (8, Flaw::CutOff));
    record(&mut conn, 3).await;
    Linker::default().link_all(&mut conn, &keys, Utc::now()).await.unwrap();
    let broken = verify(&mut conn, &keys, &anchors).await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.flaw), (8, Flaw::AnchorDiffers));
    drop(conn);
    database.remove().await;
}

#[actix_web::test]
async fn links_made_without_the_key_are_found() {
    let (database, mut conn, _) = linked().await;
    let rows: i64 = intake::db::schema::audit_links::table.count().get_result(&mut conn).await.unwrap();
    assert_eq!(rows, 8);
    tamper(&mut conn, "DELETE FROM audit_links; UPDATE audit_events SET action = 'x' WHERE id = 2").await;
    let folder = std::env::temp_dir().join(format!("intake-chain-{}", uuid::Uuid::new_v4()));
    let files = intake::config::KeyFiles { private_file: folder.join("private"), public_file: folder.join("public") };
    let stranger = Keys::load_or_init(&files, intake::sealing::KeyRole::Open).unwrap();
    Linker::default().link_all(&mut conn, &stranger, Utc::now()).await.unwrap();
    assert_eq!(verify(&mut conn, &Keys::for_tests(), &[]).await.unwrap().broken.unwrap().seq, 1);
    drop(conn);
    database.remove().await;
}
