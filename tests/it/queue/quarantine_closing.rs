//! H2: what waits in quarantine has an end: closed by reason and age after a confirmation, or erased by schedule.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::audit::Actor;
use intake::db::schema::{audit_events, erasures, leads, timeline_entries};
use intake::leads::retention;
use serde_json::Value;

use super::references;
use crate::support::{InquiryFields, TestApp};

/// Held leads, each from another hour, so that no flood folds them; the newest came `newest` hours ago.
async fn held(app: &TestApp, count: u32, reason: &str, newest: u32) {
    let letter = match reason {
        "address_limit" => 'A',
        "total_limit" => 'B',
        _ => 'C',
    };
    let sql = format!(
        "INSERT INTO leads (id, reference, received_at, due_at, stage, hold, quarantine_reason) \
         SELECT gen_random_uuid(), 'EL-{letter}' || lpad(n::text, 5, '0'), now() - make_interval(hours => n + {newest}), now(), 'new', 'quarantined', '{reason}' \
         FROM generate_series(0, {count} - 1) n"
    );
    app.conn().await.batch_execute(&sql).await.unwrap();
}

async fn waiting(app: &TestApp) -> i64 {
    leads::table.filter(leads::hold.eq("quarantined")).count().get_result(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn h2_thousands_from_different_minutes_are_closed_by_reason_after_a_page_that_says_how_many() {
    let app = TestApp::start().await;
    held(&app, 1_203, "address_limit", 1).await;
    held(&app, 7, "total_limit", 1).await;
    let receipt = app.receipt_of(&InquiryFields::default().with("reference_note", "x")).await;
    let flag = "UPDATE leads SET red_flag = true WHERE reference = 'EL-A00005'";
    app.conn().await.batch_execute(flag).await.unwrap();
    let client = app.coordinator().await;
    client.get("/staff/quarantine").await.assert_shows("Any reason (1211)").assert_shows("(1203)").assert_shows("(7)");
    let confirm = client.get("/staff/quarantine/closing?reason=address_limit&older=0").await.assert_status(200);
    let confirm = confirm
        .assert_shows("Close 1202 leads as spam?")
        .assert_shows("A person may be among them")
        .assert_shows("1 with a red flag");
    assert_eq!(waiting(&app).await, 1_211, "looking closes nothing");
    let until = confirm.attribute("name=\"until\" value").unwrap();
    held(&app, 1, "trap", 0).await;
    let later = "UPDATE leads SET quarantine_reason = 'address_limit' WHERE reference = 'EL-C00000'";
    app.conn().await.batch_execute(later).await.unwrap();
    let answer =
        client.post("/staff/quarantine/closing", &[("reason", "address_limit"), ("until", &until)]).await.assert_status(303);
    assert_eq!(answer.location(), "/staff/quarantine?closed=1202");
    client.get(answer.location()).await.assert_shows("1202 leads were closed as spam.");
    assert_eq!(waiting(&app).await, 10, "another reason, a red flag and what came after the look stay");
    let mut conn = app.conn().await;
    let written: i64 =
        timeline_entries::table.filter(timeline_entries::kind.eq("closed")).count().get_result(&mut conn).await.unwrap();
    assert_eq!(written, 1_202);
    let closed = audit_events::table.filter(audit_events::action.eq("quarantine.closed"));
    let rows: Vec<Value> = closed.select(audit_events::details).load(&mut conn).await.unwrap();
    let counts: Vec<u64> = rows.iter().map(|row| row["count"].as_u64().unwrap()).collect();
    assert!(counts.iter().sum::<u64>() == 1_202 && counts.iter().all(|count| *count <= 500), "{counts:?}");
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(200);
    for bad in [("until", "yesterday"), ("until", ""), ("until", "9999-01-01T00:00:00Z"), ("reason", "dislike")] {
        let fields = [("until", until.as_str()), ("reason", ""), bad];
        client.post("/staff/quarantine/closing", &fields).await.assert_status(404);
    }
    client.get("/staff/quarantine/closing?reason=dislike").await.assert_status(404);
    assert_eq!(waiting(&app).await, 10);
    app.stop().await;
}

#[actix_web::test]
async fn what_was_closed_with_many_keeps_its_receipt_and_is_reopened_from_its_page() {
    let app = TestApp::start().await;
    let receipt = app.receipt_of(&InquiryFields::default().with("name", "Real Person").with("reference_note", "autofilled")).await;
    let mara = app.manager().await;
    let reference = references(&mara.get("/staff/quarantine").await.body).remove(0);
    mara.get("/staff/quarantine/closing?older=1").await.assert_shows("Nothing to close");
    let page = mara.get("/staff/quarantine/closing").await.assert_shows("Close 1 lead as spam?");
    let until = page.attribute("name=\"until\" value").unwrap();
    mara.post("/staff/quarantine/closing", &[("until", &until)]).await.assert_status(303);
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(200);
    mara.act(&reference, "reopening", &[("body", "They called.")]).await.assert_status(303);
    assert!(references(&mara.get("/staff/leads").await.body).contains(&reference));
    app.stop().await;
}

#[actix_web::test]
async fn h2_what_waits_in_quarantine_ends_by_schedule_and_a_flood_of_it_stops_no_schedule() {
    let app = TestApp::start().await;
    let days = app.app.config.retention.quarantined_days;
    held(&app, 130, "trap", days * 24 + 1).await;
    held(&app, 5, "total_limit", (days - 1) * 24).await;
    let flag = "UPDATE leads SET red_flag = true WHERE reference = 'EL-C00009'";
    app.conn().await.batch_execute(flag).await.unwrap();
    let receipt = app.receipt_of(&InquiryFields::default().with("reference_note", "x")).await;
    let old = format!(
        "UPDATE leads SET received_at = now() - interval '{} hours' WHERE id IN (SELECT lead_id FROM inquiries)",
        days * 24 + 2
    );
    app.conn().await.batch_execute(&old).await.unwrap();
    let ada = app.administrator().await;
    let page = ada.get("/staff/retention").await.assert_status(200).assert_shows("retention.quarantined_days");
    let (_, row) = page.body.split_once("data-class=\"quarantined\" data-due=\"").unwrap();
    assert_eq!(row.split('"').next().unwrap(), "130", "129 without a flag, and the one with a receipt");
    let mut erased = 0;
    loop {
        let swept =
            retention::run(&mut app.conn().await, &app.app.keys, &app.app.config.retention, false, Actor::System, Utc::now())
                .await
                .unwrap();
        assert_eq!(swept.stopped, None, "strangers cannot stop the schedule");
        erased += swept.total();
        if !swept.more {
            break;
        }
    }
    assert_eq!(erased, 130);
    assert_eq!(waiting(&app).await, 6, "what is younger, and what a person flagged");
    let mut conn = app.conn().await;
    let gone = leads::table.filter(leads::erased_at.is_not_null());
    let ended: Vec<(Option<String>, Option<String>)> =
        gone.select((leads::outcome, leads::outcome_reason)).distinct().load(&mut conn).await.unwrap();
    assert_eq!(ended, [(Some("invalid".to_owned()), Some("spam".to_owned()))]);
    let classes: Vec<Option<String>> = erasures::table.select(erasures::class).distinct().load(&mut conn).await.unwrap();
    assert_eq!(classes, [Some("spam".to_owned())], "an older program knows no other class");
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(404);
    ada.get("/staff/retention").await.assert_status(200).assert_shows("erased");
    app.stop().await;
}
