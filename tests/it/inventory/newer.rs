//! While a newer release is rolled out, an older process meets columns about people that it does not know. What must miss nothing is
//! left to a newer process, and says so; everything else goes on.

use std::path::{Path, PathBuf};

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::audit::Actor;
use intake::db::newer_schema::{beyond_adoption, beyond_erasure, sealed_beyond};
use intake::db::schema::{inquiries, leads};
use intake::inquiries::adoption::adopt_batch;
use intake::leads::retention;
use intake::sealing::Keys;

use super::person::{PERSON, fields};
use crate::leads::{lead_of, open};
use crate::rights::erasure::send;
use crate::support::TestApp;
use crate::support::process::command;

/// What a migration of a newer release may add: columns of an inquiry, a sealed column elsewhere, a table about leads.
const NEWER: [&str; 5] = [
    "ALTER TABLE inquiries ADD COLUMN newer_words bytea",
    "ALTER TABLE inquiries ADD COLUMN newer_answer text",
    "ALTER TABLE timeline_entries ADD COLUMN newer_words bytea",
    "CREATE TABLE newer_words (id uuid PRIMARY KEY, words bytea NOT NULL)",
    "CREATE TABLE newer_things (id uuid PRIMARY KEY, lead_id uuid NOT NULL REFERENCES leads (id))",
];
const BACK: &str = "ALTER TABLE inquiries DROP COLUMN IF EXISTS newer_words, DROP COLUMN IF EXISTS newer_answer; \
    ALTER TABLE timeline_entries DROP COLUMN IF EXISTS newer_words; \
    DROP TABLE IF EXISTS newer_words; DROP TABLE IF EXISTS newer_things";

#[actix_web::test]
async fn each_addition_holds_up_what_it_concerns_and_nothing_else_does() {
    let app = TestApp::start().await;
    let mut conn = app.conn().await;
    let harmless = "ALTER TABLE sessions ADD COLUMN newer_token_hash bytea; ALTER TABLE leads ADD COLUMN newer_time timestamptz; \
        CREATE TABLE newer_settings (id uuid PRIMARY KEY, word text)";
    conn.batch_execute(harmless).await.unwrap();
    for (addition, erasure, adoption, rotation) in [
        (None, None, None, None),
        (Some(NEWER[0]), Some("inquiries.newer_words"), Some("inquiries.newer_words"), Some("inquiries.newer_words")),
        (Some(NEWER[1]), Some("inquiries.newer_answer"), None, None),
        (Some(NEWER[2]), Some("timeline_entries.newer_words"), None, Some("timeline_entries.newer_words")),
        (Some(NEWER[3]), Some("newer_words.words"), None, Some("newer_words.words")),
        (Some(NEWER[4]), Some("newer_things"), None, None),
    ] {
        conn.batch_execute(addition.unwrap_or("SELECT 1")).await.unwrap();
        let expected = |name: Option<&str>| name.map(str::to_owned).into_iter().collect::<Vec<_>>();
        assert_eq!(beyond_erasure(&mut conn).await.unwrap(), expected(erasure), "{addition:?}");
        assert_eq!(beyond_adoption(&mut conn).await.unwrap(), expected(adoption), "{addition:?}");
        assert_eq!(sealed_beyond(&mut conn).await.unwrap(), expected(rotation), "{addition:?}");
        conn.batch_execute(BACK).await.unwrap();
    }
    drop(conn);
    app.stop().await;
}

/// How many records are erased.
async fn erased(app: &TestApp) -> i64 {
    leads::table.filter(leads::erased_at.is_not_null()).count().get_result(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn an_erasure_on_request_says_that_nothing_was_erased_and_works_again_with_the_schema_it_knows() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let reference = lead_of(&app, &fields(PERSON, "81")).await;
    let mut conn = app.conn().await;
    for addition in NEWER {
        conn.batch_execute(addition).await.unwrap();
        let refused = send(&mara, &reference, "erasure", &[("reason", "person_asked"), ("suppress", "yes")]).await;
        refused.assert_status(422).assert_shows("Nothing was erased. Try again in a few minutes");
        let record = send(&mara, &reference, "record", &[("purpose", "She asked for it")]).await;
        record.assert_status(422).assert_shows("the file would not be complete");
        open(&mara, &reference).await.assert_shows("Heron name").assert_shows("Heron message");
        assert_eq!(erased(&app).await, 0, "{addition}");
        conn.batch_execute(BACK).await.unwrap();
    }
    send(&mara, &reference, "record", &[("purpose", "She asked for it")]).await.assert_status(200).assert_shows("Heron message");
    send(&mara, &reference, "erasure", &[("reason", "person_asked")]).await.assert_status(303);
    assert_eq!(erased(&app).await, 1);
    drop(conn);
    app.stop().await;
}

#[actix_web::test]
async fn the_schedule_of_retention_stands_still_even_when_forced_and_its_page_says_why() {
    let app = TestApp::start().await;
    let (mara, ada) = (app.manager().await, app.administrator().await);
    let reference = lead_of(&app, &fields(PERSON, "82")).await;
    mara.act(&reference, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    let retention = app.app.config.retention;
    let long_ago = Utc::now() - Duration::days(retention.lost_days.into()) - Duration::hours(1);
    let mut conn = app.conn().await;
    diesel::update(leads::table).set(leads::closed_at.eq(long_ago)).execute(&mut conn).await.unwrap();
    conn.batch_execute(NEWER[2]).await.unwrap();
    for forced in [false, true] {
        let swept = retention::run(&mut conn, &app.app.keys, &retention, forced, Actor::System, Utc::now()).await.unwrap();
        assert_eq!((swept.total(), swept.stopped), (0, Some(retention::plan::Stopped::NewerSchema)));
    }
    // A portion that was already under way when the newer schema came.
    let swept = retention::sweep(&mut conn, &app.app.keys, &retention, Actor::System, Utc::now()).await.unwrap();
    assert_eq!((swept.total(), swept.more), (0, false));
    ada.get("/staff/retention").await.assert_status(200).assert_shows("A newer Intake has added to the database");
    assert_eq!(erased(&app).await, 0);
    conn.batch_execute(BACK).await.unwrap();
    let swept = retention::run(&mut conn, &app.app.keys, &retention, false, Actor::System, Utc::now()).await.unwrap();
    assert_eq!((swept.total(), erased(&app).await), (1, 1));
    drop(conn);
    app.stop().await;
}

#[actix_web::test]
async fn an_adoption_waits_for_a_process_that_knows_every_sealed_column_of_an_inquiry() {
    let keys = std::sync::Arc::new(Keys::for_tests_public());
    let settings = crate::support::Settings { role: intake::server::ServeRole::Public, keys, ..Default::default() };
    let app = TestApp::start_with(settings).await;
    let mut conn = app.conn().await;
    conn.batch_execute(NEWER[0]).await.unwrap();
    assert_eq!(adopt_batch(&mut conn, &Keys::for_tests(), None).await.unwrap().done, 0, "nothing waits: nothing to say");
    app.receipt_of(&fields(PERSON, "83")).await;
    let said = adopt_batch(&mut conn, &Keys::for_tests(), None).await.unwrap_err().to_string();
    assert!(said.contains("inquiries.newer_words") && said.contains("left to a process of the newer version"), "{said}");
    let adopted: Vec<bool> = inquiries::table.select(inquiries::adopted).load(&mut conn).await.unwrap();
    assert_eq!(adopted, [false]);
    conn.batch_execute(BACK).await.unwrap();
    assert_eq!(adopt_batch(&mut conn, &Keys::for_tests(), None).await.unwrap().done, 1);
    drop(conn);
    app.stop().await;
}

/// Receipts of what is stored.
async fn receipts(app: &TestApp) -> Vec<String> {
    inquiries::table.select(inquiries::receipt).load(&mut app.conn().await).await.unwrap()
}

/// Names of files in the spool.
fn spooled(app: &TestApp) -> Vec<PathBuf> {
    let files = std::fs::read_dir(app.data_dir.join("spool")).into_iter().flatten();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "inquiry" || end == "held"))
        .collect()
}

/// Opens a file of the spool, changes the record in it, and seals it again.
fn rewrite(app: &TestApp, path: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let id = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    let plain = app.app.keys.open_spooled(id, &std::fs::read(path).unwrap()).unwrap();
    let mut record = serde_json::from_slice(&plain).unwrap();
    change(&mut record);
    let sealed = app.app.keys.seal_spooled(id, &serde_json::to_vec(&record).unwrap()).unwrap();
    let beside = path.with_extension("new");
    std::fs::write(&beside, sealed).unwrap();
    std::fs::rename(beside, path).unwrap();
}

#[actix_web::test]
async fn what_a_newer_process_kept_in_the_spool_waits_for_it_and_holds_up_no_other() {
    let app = TestApp::start().await;
    let mut conn = app.conn().await;
    conn.batch_execute("ALTER TABLE inquiries RENAME TO elsewhere").await.unwrap();
    let newer = app.receipt_of(&fields(PERSON, "84")).await;
    let [file]: [PathBuf; 1] = spooled(&app).try_into().expect("one file");
    rewrite(&app, &file, |record| record["newer_words"] = "typed".into());
    let known = app.receipt_of(&fields(PERSON, "85")).await;
    conn.batch_execute("ALTER TABLE elsewhere RENAME TO inquiries").await.unwrap();
    let started = std::time::Instant::now();
    while spooled(&app).len() > 1 {
        assert!(started.elapsed().as_secs() < 60, "the other one is not stored");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(receipts(&app).await, [known]);
    assert_eq!(spooled(&app), std::slice::from_ref(&file), "it is not set aside");
    app.client().get(&format!("/receipts/{newer}")).await.assert_status(200).assert_shows(&newer);
    rewrite(&app, &file, |record| drop(record.as_object_mut().unwrap().remove("newer_words")));
    while !spooled(&app).is_empty() {
        assert!(started.elapsed().as_secs() < 120, "it is not stored");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(receipts(&app).await.contains(&newer));
    drop(conn);
    app.stop().await;
}

/// Runs `intake ARGS` on the database of `app`; whether it succeeded, and what it said.
fn run(app: &TestApp, data: &Path, args: &[&str]) -> (bool, String) {
    // The throw-away Postgres of the tests is not durable, which is another thing that doctor says.
    let mut command = command(data);
    command.env("DATABASE_URL", &app.database.url).env("INTAKE__DATABASE__ALLOW_UNSAFE_DURABILITY", "true");
    let out = command.args(args).output().unwrap();
    (out.status.success(), format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
}

#[actix_web::test]
async fn doctor_names_the_unknown_columns_and_keys_are_neither_rotated_nor_removed() {
    let data = std::env::temp_dir().join(format!("intake-newer-{}", uuid::Uuid::new_v4()));
    let files = intake::config::KeyFiles { private_file: data.join("keys/private.key"), public_file: data.join("keys/public.key") };
    Keys::init(&files).unwrap();
    let keys = std::sync::Arc::new(Keys::load(&files, intake::sealing::KeyRole::Open).unwrap());
    let app = TestApp::start_with(crate::support::Settings { keys: keys.clone(), ..Default::default() }).await;
    let first = keys.ids().into_iter().find(|(purpose, _)| *purpose == "record").unwrap().1;
    let mut conn = app.conn().await;
    let (rotated, said) = run(&app, &data, &["keys", "rotate"]);
    assert!(rotated, "{said}");
    conn.batch_execute("UPDATE key_checks SET created_at = created_at - interval '1 minute'").await.unwrap();
    conn.batch_execute(NEWER[3]).await.unwrap();
    let before = std::fs::read(&files.private_file).unwrap();
    for args in [vec!["keys", "rotate"], vec!["keys", "remove", &first, "--copy-kept"]] {
        let (done, said) = run(&app, &data, &args);
        assert!(!done && said.contains("newer_words.words"), "{args:?}: {said}");
        assert_eq!(std::fs::read(&files.private_file).unwrap(), before, "{args:?} changed the file");
    }
    let (_, said) = run(&app, &data, &["keys", "status"]);
    assert!(said.contains("not counted, because this version does not know them: newer_words.words"), "{said}");
    let (_, said) = run(&app, &data, &["doctor"]);
    let line = said.lines().find(|line| line.contains("  database ")).unwrap_or_default();
    assert!(line.starts_with("FAIL") && line.contains("newer_words.words"), "{said}");
    conn.batch_execute(BACK).await.unwrap();
    let (removed, said) = run(&app, &data, &["keys", "remove", &first, "--copy-kept"]);
    assert!(removed, "{said}");
    drop(conn);
    app.stop().await;
    let _gone = std::fs::remove_dir_all(&data);
}
