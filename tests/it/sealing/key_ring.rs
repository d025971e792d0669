//! A database is sealed under one ring: another refuses to start, and every sealed column is known.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use intake::config::KeyFiles;
use intake::sealing::{KeyRole, Keys, Place, check, rotation};
use uuid::Uuid;

use crate::support::{InquiryFields, Settings, TestApp, TestDatabase};

fn fresh_files() -> KeyFiles {
    let folder = std::env::temp_dir().join(format!("intake-ring-{}", Uuid::new_v4()));
    KeyFiles { private_file: folder.join("private.key"), public_file: folder.join("public.key") }
}

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

#[actix_web::test]
async fn every_bytea_column_is_sealed_or_a_hash() {
    let database = TestDatabase::fresh().await;
    let columns: Vec<Column> = diesel::sql_query(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
         WHERE table_schema = 'public' AND data_type = 'bytea'",
    )
    .load(&mut database.connect().await)
    .await
    .unwrap();
    // Packed facts of reports hold codes, ids and times, as the columns they come from.
    let is_hash = |name: &str| {
        ["digest", "hash", "fingerprint", "sha256"].iter().any(|end| name.ends_with(end)) || name == "report_days.facts"
    };
    let meant: BTreeSet<String> = columns.into_iter().map(|column| column.name).filter(|name| !is_hash(name)).collect();
    let listed: BTreeSet<String> = Place::ALL.iter().map(|place| format!("{}.{}", place.table, place.column)).collect();
    assert_eq!(meant, listed);
    database.remove().await;
}

#[actix_web::test]
async fn a_foreign_ring_refuses_and_writes_nothing() {
    let database = TestDatabase::fresh().await;
    let mut conn = database.connect().await;
    check::verify_or_register(&mut conn, &Keys::for_tests()).await.unwrap();
    check::verify_or_register(&mut conn, &Keys::for_tests()).await.unwrap();
    check::verify_or_register(&mut conn, &Keys::for_tests_public()).await.unwrap();
    let before = count_checks(&mut conn).await;
    for role in [KeyRole::Open, KeyRole::SealOnly] {
        let stranger = Keys::load_or_init(&fresh_files(), role).unwrap();
        let said = check::verify_or_register(&mut conn, &stranger).await.unwrap_err().to_string();
        assert!(said.contains("other keys") && said.contains("INTAKE__KEYS__PRIVATE_FILE"), "{said}");
    }
    assert_eq!(count_checks(&mut conn).await, before);
    drop(conn);
    database.remove().await;
}

async fn count_checks(conn: &mut intake::db::Connection) -> i64 {
    intake::db::schema::key_checks::table.count().get_result(conn).await.unwrap()
}

#[actix_web::test]
async fn a_rotation_brings_every_envelope_under_the_new_key_and_can_be_repeated() {
    let files = fresh_files();
    Keys::init(&files).unwrap();
    let before = std::sync::Arc::new(Keys::load(&files, KeyRole::Open).unwrap());
    let app = TestApp::start_with(Settings { keys: before, ..Settings::default() }).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.receipt_of(&InquiryFields::default().with("message", "please call")).await;
    let [id, _sealing] = Keys::add_keys(&files).unwrap();
    let keys = Keys::load(&files, KeyRole::Open).unwrap();
    let mut conn = app.conn().await;
    for place in [Place::INQUIRY_CONTACT, Place::INQUIRY_MESSAGE] {
        let batch = rotation::reseal_batch(&mut conn, &keys, place, Uuid::nil()).await.unwrap();
        assert_eq!((batch.sealed_anew, batch.unopened.len(), batch.next), (2, 0, None));
        let again = rotation::reseal_batch(&mut conn, &keys, place, Uuid::nil()).await.unwrap();
        assert_eq!(again.sealed_anew, 0);
        let counts = rotation::count_by_key(&mut conn, place).await.unwrap();
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [((id.clone(), true), 2)]);
    }
    for place in Place::ALL {
        assert!(rotation::reseal_batch(&mut conn, &keys, *place, Uuid::nil()).await.is_ok(), "{place:?}");
        assert!(rotation::count_by_key(&mut conn, *place).await.is_ok(), "{place:?}");
    }
    drop(conn);
    app.stop().await;
}
