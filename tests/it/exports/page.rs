//! Who may take what, and what is written down about it.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use intake::db::schema::{audit_events, exports, sessions};
use intake::reports::exports::store;

use super::{asking, export};
use crate::leads::lead;
use crate::queue::seeded::Counting;
use crate::support::TestApp;

#[actix_web::test]
async fn names_are_for_managers_with_a_fresh_sign_in_and_a_purpose_is_always_needed() {
    let app = TestApp::start().await;
    lead(&app).await;
    app.coordinator().await.get("/staff/exports").await.assert_status(404);
    let ruth = app.administrator().await;
    ruth.get("/staff/exports").await.assert_status(200).assert_hides("value=\"identified\"").assert_shows("None yet.");
    ruth.post("/staff/exports", &asking("csv", "identified")).await.assert_status(422).assert_shows("for managers");
    let none = [("format", "csv"), ("columns", "deidentified"), ("purpose", " ")];
    ruth.post("/staff/exports", &none).await.assert_status(422).assert_shows("Write what the file is for");
    let file = export(&ruth, &asking("csv", "deidentified")).await;
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"leads-"));

    let mara = app.manager().await;
    let long_ago = chrono::Utc::now() - chrono::Duration::hours(2);
    diesel::update(sessions::table).set(sessions::created_at.eq(long_ago)).execute(&mut app.conn().await).await.unwrap();
    let asked = mara.post("/staff/exports", &asking("csv", "identified")).await.assert_status(303);
    assert!(asked.location().starts_with("/staff/confirm"), "{}", asked.location());
    export(&mara, &asking("csv", "deidentified")).await;
    app.stop().await;
}

#[actix_web::test]
async fn every_export_is_listed_with_who_when_why_what_and_the_hash_of_its_bytes() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        lead(&app).await;
    }
    let mara = app.manager().await;
    let file = export(&mara, &asking("csv", "identified")).await;
    let hash = hex(&file.body);
    let page = mara.get("/staff/exports").await;
    let page = page.assert_shows("Mara Tester").assert_shows("The yearly count for the board").assert_shows("CSV, with names");
    page.assert_shows("all leads, received at any time").assert_shows("data-state=\"finished\"").assert_shows(&hash);
    let mut conn = app.conn().await;
    let (rows, bytes): (i64, i64) = exports::table.select((exports::rows, exports::bytes)).first(&mut conn).await.unwrap();
    assert_eq!((rows, usize::try_from(bytes).unwrap()), (3, file.body.len()));
    let told =
        audit_events::table.filter(audit_events::action.like("export.%")).order(audit_events::id).select(audit_events::action);
    let told: Vec<String> = told.load(&mut conn).await.unwrap();
    assert_eq!(told, ["export.started", "export.finished"]);
    app.stop().await;
}

fn hex(body: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(body.as_bytes()).iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

#[actix_web::test]
async fn one_export_runs_at_a_time_and_each_file_is_handed_out_once_to_who_asked() {
    let app = TestApp::start().await;
    lead(&app).await;
    let mara = app.manager().await;
    let asked = mara.post("/staff/exports", &asking("xlsx", "deidentified")).await.assert_status(303);
    app.administrator().await.get(asked.location()).await.assert_status(404);
    let other = mara.post("/staff/exports", &asking("csv", "deidentified")).await.assert_status(303);
    let running = |minutes: i64| {
        (exports::state.eq("running"), exports::progress_at.eq(chrono::Utc::now() - chrono::Duration::minutes(minutes)))
    };
    let id: uuid::Uuid = other.location().split('/').nth(3).unwrap().parse().unwrap();
    let mut conn = app.conn().await;
    diesel::update(exports::table.find(id)).set(running(0)).execute(&mut conn).await.unwrap();
    mara.get(asked.location()).await.assert_status(409).assert_shows("Another export is running");
    diesel::update(exports::table.find(id)).set(running(3)).execute(&mut conn).await.unwrap();
    mara.get(asked.location()).await.assert_status(200);
    mara.get(asked.location()).await.assert_status(409).assert_shows("fetched before");
    mara.get("/staff/exports").await.assert_shows("Broken off");
    app.stop().await;
}

#[actix_web::test]
async fn the_list_costs_the_same_number_of_statements_however_many_exports() {
    let app = TestApp::start().await;
    lead(&app).await;
    let mara = app.manager().await;
    for _ in 0..7 {
        export(&mara, &asking("csv", "deidentified")).await;
    }
    let mut conn = app.conn().await;
    let counting = Counting::default();
    conn.set_instrumentation(counting.clone());
    let mut costs = Vec::new();
    for limit in [1, 3, 7] {
        let before = counting.so_far();
        let found = store::page(&mut conn, None, limit).await.unwrap();
        assert_eq!(i64::try_from(found.len()).unwrap(), limit);
        costs.push(counting.so_far() - before);
    }
    assert_eq!(costs, [1, 1, 1]);
    app.stop().await;
}
