//! Signing in, being slowed down, signing out.

use intake::db::schema::sign_in_throttles;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, sessions, staff};
use intake::values::Role;
use serde_json::Value;

use crate::support::{Client, InquiryFields, PASSWORD, Page, Settings, TestApp};

async fn try_in(client: &Client, email: &str, password: &str) -> Page {
    client.post("/staff/login", &[("email", email), ("password", password)]).await
}

/// As somebody in a flood does, who wants to know whether it is busy.
async fn try_once(client: &Client, email: &str, password: &str) -> Page {
    client.post_once("/staff/login", &[("email", email), ("password", password)]).await
}

async fn audited(app: &TestApp, action: &str) -> Vec<Value> {
    // Refusals are counted by the minute before they go to the log.
    let later = chrono::Utc::now() + chrono::Duration::minutes(2);
    intake::audit::tally::settle(&mut app.conn().await, later).await.unwrap();
    let found = audit_events::table.filter(audit_events::action.eq(action)).order(audit_events::id).select(audit_events::details);
    found.load(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn a_right_password_opens_a_session_and_leads_back() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.client();
    let fields = [("email", " Cora@Example.ORG "), ("password", PASSWORD), ("next", "/staff/account")];
    let page = client.post("/staff/login", &fields).await.assert_status(303);
    assert_eq!(page.location(), "/staff/account");
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    client.get("/staff/account").await.assert_status(200).assert_shows("Cora Tester");
    let held: Vec<Vec<u8>> = sessions::table.select(sessions::token_hash).load(&mut app.conn().await).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].len(), 32);
    assert_eq!(audited(&app, "session.signed_in").await.len(), 1);
    let out = client.post("/staff/logout", &[]).await.assert_status(303);
    assert!(out.header("clear-site-data").contains("cache"));
    client.get("/staff/account").await.assert_status(303);
    assert_eq!(audited(&app, "session.ended").await.len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn the_way_back_never_leaves_the_house() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    for evil in ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/staff/leads", "/../evil", ""] {
        let fields = [("email", "cora@example.org"), ("password", PASSWORD), ("next", evil)];
        let page = app.client().post("/staff/login", &fields).await.assert_status(303);
        assert_eq!(page.location(), "/staff/leads", "{evil}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn known_unknown_and_shut_accounts_answer_with_the_same_bytes() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let shut = app.add_member("dora", &[Role::Coordinator]).await;
    intake::staff::store::disable(&mut app.conn().await, shut).await.unwrap();
    let mut answers = Vec::new();
    for (email, password) in
        [("cora@example.org", "wrong wrong wrong"), ("nora@example.org", "wrong wrong wrong"), ("dora@example.org", PASSWORD)]
    {
        let page = try_in(&app.client(), email, password).await.assert_status(422);
        let headers: Vec<_> = page.headers.keys().map(ToString::to_string).collect();
        answers.push((page.body.replace(email, "EMAIL"), headers));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    let failures = audited(&app, "session.failed").await;
    assert_eq!(failures.len(), 3);
    assert!(
        failures.iter().all(|details| details["why"] == "password" && !details.to_string().contains("example.org")),
        "{failures:?}"
    );
    app.stop().await;
}

#[actix_web::test]
async fn delays_grow_hold_on_another_server_and_end_with_a_success() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.client();
    for _ in 0..3 {
        try_in(&client, "cora@example.org", "wrong wrong wrong").await.assert_status(422);
    }
    let settings = Settings { database: Some(app.database.again()), ..Settings::default() };
    let other = TestApp::start_with(settings).await;
    let started = Instant::now();
    let page = try_in(&other.client(), "cora@example.org", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.body);
    assert!(started.elapsed() > Duration::from_millis(1_500), "the delay was not known to the other server");
    let started = Instant::now();
    try_in(&client, "cora@example.org", PASSWORD).await.assert_status(303);
    assert!(started.elapsed() < Duration::from_millis(1_500), "a success forgets the failures");
    app.stop().await;
}

#[actix_web::test]
async fn after_many_failures_it_says_when_to_come_back_but_a_known_device_gets_in() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let known = app.sign_in("cora").await;
    try_in(&app.client(), "cora@example.org", "wrong wrong wrong").await.assert_status(422);
    let many = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() + interval '1 day'");
    diesel::update(sign_in_throttles::table)
        .set((sign_in_throttles::failures.eq(100), sign_in_throttles::blocked_until.eq(many)))
        .execute(&mut app.conn().await)
        .await
        .unwrap();
    let page = try_in(&app.client(), "cora@example.org", PASSWORD).await.assert_status(429);
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 80_000);
    let unknown = try_in(&app.client(), "nora@example.org", PASSWORD).await;
    assert_eq!(unknown.status, 422, "other accounts are not slowed");
    try_in(&known, "cora@example.org", PASSWORD).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn who_shuts_out_a_colleague_from_one_network_does_not_shut_them_out_from_another() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let [malicious, neighbour, owner] =
        [[127, 66, 1, 2], [127, 66, 1, 77], [127, 67, 3, 4]].map(|address| Client::from_address(&app.base, address));
    try_in(&malicious, "cora@example.org", "wrong wrong wrong").await.assert_status(422);
    let many = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() + interval '1 day'");
    let shut = diesel::update(sign_in_throttles::table)
        .set((sign_in_throttles::failures.eq(100), sign_in_throttles::blocked_until.eq(many)))
        .execute(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(shut, 1, "one account from one network");
    for same in [&malicious, &neighbour] {
        try_in(same, "cora@example.org", PASSWORD).await.assert_status(429);
    }
    // The block of a day is not theirs: it would answer 429 to them too.
    try_in(&owner, "cora@example.org", PASSWORD).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_flood_of_sign_ins_is_bounded_and_the_house_stays_open() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let known = app.sign_in("cora").await;
    let flood: Vec<_> = (0..300)
        .map(|n| {
            let client = app.client();
            actix_web::rt::spawn(
                async move { try_once(&client, &format!("nobody{n}@example.org"), "wrong wrong wrong").await.status },
            )
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for at in 0..10 {
        let started = Instant::now();
        app.client().get("/healthz").await.assert_status(200);
        let person = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
        app.receipt_of(&person).await;
        slowest = slowest.max(started.elapsed());
    }
    try_once(&known, "cora@example.org", PASSWORD).await.assert_status(303);
    let mut busy = 0;
    for answer in flood {
        match answer.await.unwrap() {
            422 | 429 => {}
            503 => busy += 1,
            other => panic!("answered {other}"),
        }
    }
    assert!(busy > 0, "three hundred at once went through");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    app.stop().await;
}

#[actix_web::test]
async fn idle_and_old_sessions_are_over_by_the_database_clock() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let conn = &mut app.conn().await;
    let idle = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() - interval '16 minutes'");
    diesel::update(sessions::table).set(sessions::last_seen_at.eq(idle)).execute(conn).await.unwrap();
    client.get("/staff/account").await.assert_status(303);
    let client = app.sign_in("cora").await;
    let over = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() - interval '1 second'");
    diesel::update(sessions::table).set(sessions::expires_at.eq(over)).execute(conn).await.unwrap();
    client.get("/staff/account").await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn last_seen_is_written_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let seen = async || {
        staff::table
            .select(staff::last_seen_at)
            .first::<Option<chrono::DateTime<chrono::Utc>>>(&mut app.conn().await)
            .await
            .unwrap()
    };
    let first = seen().await;
    client.get("/staff/account").await.assert_status(200);
    assert_eq!(seen().await, first);
    let earlier = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() - interval '2 minutes'");
    diesel::update(sessions::table).set(sessions::last_seen_at.eq(earlier)).execute(&mut app.conn().await).await.unwrap();
    client.get("/staff/account").await.assert_status(200);
    assert!(seen().await > first);
    app.stop().await;
}

#[actix_web::test]
async fn a_new_sign_in_in_the_same_browser_ends_the_old_session() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    try_in(&client, "cora@example.org", PASSWORD).await.assert_status(303);
    let count: i64 = sessions::table.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(count, 1);
    app.stop().await;
}
