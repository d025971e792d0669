//! What strangers can cause at any rate fills no log that cannot be emptied.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::audit::tally;
use intake::db::schema::{audit_events, audit_tallies};
use intake::values::Role;
use serde_json::Value;

use crate::support::{InquiryFields, TestApp};

/// The rows of an action once every minute is over, and how often in all.
async fn settled(app: &TestApp, action: &str) -> Vec<Value> {
    let mut conn = app.conn().await;
    tally::settle(&mut conn, Utc::now() + Duration::minutes(2)).await.unwrap();
    assert_eq!(audit_tallies::table.count().get_result::<i64>(&mut conn).await.unwrap(), 0);
    let rows = audit_events::table.filter(audit_events::action.eq(action)).order(audit_events::id);
    rows.select(audit_events::details).load(&mut conn).await.unwrap()
}

fn counted<'a>(rows: impl Iterator<Item = &'a Value>) -> i64 {
    rows.map(|row| row["count"].as_i64().unwrap_or(1)).sum()
}

#[actix_web::test]
async fn five_hundred_throttled_sign_ins_make_few_rows_of_the_log_and_the_count_is_right() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.client();
    let fields = [("email", "cora@example.org"), ("password", "wrong wrong wrong")];
    client.post("/staff/login", &fields).await.assert_status(422);
    let blocked = "UPDATE sign_in_throttles SET failures = 50, blocked_until = now() + interval '1 hour'";
    app.conn().await.batch_execute(blocked).await.unwrap();
    for _ in 0..500 {
        client.post("/staff/login", &fields).await.assert_status(429);
    }
    let rows = settled(&app, "session.failed").await;
    assert_eq!(counted(rows.iter().filter(|row| row["why"] == "throttled")), 500);
    assert_eq!(counted(rows.iter().filter(|row| row["why"] == "password")), 1);
    assert!(rows.iter().all(|row| row["account"].as_str().is_some_and(|account| account.len() == 64)), "{rows:?}");
    // One for each minute, on however slow a machine.
    assert!(rows.len() < 100, "{} rows", rows.len());
    app.stop().await;
}

#[actix_web::test]
async fn inquiries_that_go_to_quarantine_are_counted_and_the_others_have_a_row_each() {
    let app = TestApp::start().await;
    for at in 0..40 {
        let fields = InquiryFields::default().with("message", format!("{at}")).with("reference_note", "I am a machine");
        app.receipt_of(&fields).await;
    }
    for at in 0..3 {
        app.receipt_of(&InquiryFields::default().with("message", format!("help {at}"))).await;
    }
    let rows = settled(&app, "inquiry.received").await;
    let (held, single): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| row["count"].is_number());
    assert_eq!((counted(held.iter().copied()), single.len()), (40, 3), "{rows:?}");
    assert!(held.len() < 20 && held.iter().all(|row| row["held"] == "trap"), "{held:?}");
    assert!(single.iter().all(|row| row["lead"].is_string()), "{single:?}");
    app.stop().await;
}
