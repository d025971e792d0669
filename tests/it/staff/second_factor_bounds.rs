//! How long somebody who knows the password may guess codes, who hears of it, and what the offered seed follows from.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use intake::db::schema::{audit_events, sessions};
use intake::sealing::Sealed;
use intake::staff::second_factor::OfferedSeed;
use intake::values::Role;

use super::second_factor::{code, enroll, password, recovery_codes};
use crate::support::{Client, PASSWORD, TestApp};

const PAGE: &str = "/staff/account/second-factor";

async fn run(app: &TestApp, sql: &str) {
    app.conn().await.batch_execute(sql).await.unwrap();
}

/// The five minutes after five wrong codes are over.
async fn pause_over(app: &TestApp) {
    run(app, "DELETE FROM sign_in_throttles").await;
}

/// A right code nobody used yet: codes of the three steps around now are right, each once.
async fn say(client: &Client, word: &str) -> u16 {
    client.post("/staff/login", &[("code", word)]).await.status
}

#[actix_web::test]
async fn wrong_codes_end_after_thirty_a_day_and_a_hundred_in_a_row_and_the_owner_still_gets_in() {
    let app = TestApp::start().await;
    let owner = app.coordinator().await;
    let key = enroll(&owner).await;
    let stranger = app.client();
    password(&stranger).await.assert_status(303);
    for at in 0..30 {
        if at % 5 == 0 {
            pause_over(&app).await;
        }
        assert_eq!(say(&stranger, "000000").await, 422, "{at}");
    }
    pause_over(&app).await;
    let today = stranger.post("/staff/login", &[("code", &code(&key, 0))]).await.assert_status(429);
    today.assert_shows("Too many codes today").assert_shows("name=\"code\"");

    // A day later, and so on until the hundredth.
    run(&app, "UPDATE second_factor_failures SET day = day - 1, in_a_row = 99").await;
    pause_over(&app).await;
    assert_eq!(say(&stranger, "000000").await, 422, "the hundredth in a row");
    run(&app, "UPDATE second_factor_failures SET day = day - 1").await;
    pause_over(&app).await;
    stranger.post("/staff/login", &[("code", &code(&key, 0))]).await.assert_status(429).assert_shows("ask an administrator");

    // The owner's own browser is slowed in nothing, and a right code there ends the row.
    password(&owner).await.assert_status(303);
    assert_eq!(say(&owner, &code(&key, 0)).await, 303);
    owner.get("/staff/account").await.assert_status(200);
    pause_over(&app).await;
    assert_eq!(say(&stranger, "000000").await, 422, "codes count again");
    app.stop().await;
}

#[actix_web::test]
async fn a_recovery_code_or_an_administrator_ends_a_hundred_wrong_codes() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let owner = app.sign_in("cora").await;
    let key = enroll(&owner).await;
    let codes = recovery_codes(&owner.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    let elsewhere = app.client();
    password(&elsewhere).await.assert_status(303);
    assert_eq!(say(&elsewhere, "000000").await, 422);
    run(&app, "UPDATE second_factor_failures SET in_a_row = 100").await;
    assert_eq!(say(&elsewhere, &code(&key, 0)).await, 429);
    assert_eq!(say(&elsewhere, &codes[0]).await, 303);
    elsewhere.get("/staff/account").await.assert_status(200);

    let third = app.client();
    password(&third).await.assert_status(303);
    assert_eq!(say(&third, "000000").await, 422, "the row was over");
    run(&app, "UPDATE second_factor_failures SET in_a_row = 100").await;
    admin.post(&format!("/staff/people/{cora}/second-factor/reset"), &[]).await.assert_status(303);
    let key = enroll(&app.sign_in("cora").await).await;
    let fresh = app.client();
    password(&fresh).await.assert_status(303);
    assert_eq!(say(&fresh, &code(&key, 0)).await, 303);
    app.stop().await;
}

#[actix_web::test]
async fn codes_guessed_inside_a_session_end_too_and_the_password_still_confirms() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let key = enroll(&client).await;
    client.post("/staff/confirm", &[("code", "000000")]).await.assert_status(422);
    run(&app, "UPDATE second_factor_failures SET in_a_row = 100").await;
    let spent = client.post("/staff/confirm", &[("code", &code(&key, 0))]).await.assert_status(429);
    spent.assert_shows("Type your password instead");
    client.post("/staff/confirm", &[("password", PASSWORD)]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_right_password_without_a_code_is_in_the_log_on_the_account_page_and_in_unusual() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let owner = app.coordinator().await;
    let key = enroll(&owner).await;
    owner.get("/staff/account").await.assert_shows("None within two weeks");
    // A sign-in that goes well is no failure.
    let well = app.client();
    password(&well).await.assert_status(303);
    assert_eq!(say(&well, &code(&key, 0)).await, 303);
    admin.get("/staff/audit/unusual").await.assert_status(200).assert_hides("Failed sign-ins");

    let stranger = app.client();
    password(&stranger).await.assert_status(303);
    assert_eq!(say(&stranger, "000000").await, 422);
    let wrong = [("email", "cora@example.org"), ("password", "wrong wrong wrong")];
    for _ in 0..2 {
        stranger.post("/staff/login", &wrong).await.assert_status(422);
    }
    // Wrong passwords come to the log when their minute is over.
    let later = chrono::Utc::now() + chrono::Duration::minutes(2);
    intake::audit::tally::settle(&mut app.conn().await, later).await.unwrap();
    let awaited: i64 = audit_events::table
        .filter(audit_events::action.eq("session.code_awaited"))
        .count()
        .get_result(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(awaited, 2);
    let own = owner.get("/staff/account").await.assert_shows("Right password, wrong code").assert_shows("Wrong password");
    assert!(!own.body.contains("None within two weeks"));
    let page = admin.get("/staff/audit/unusual").await.assert_status(200);
    page.assert_shows("Failed sign-ins")
        .assert_shows("2 wrong passwords")
        .assert_shows("1 right password without a right code")
        .assert_shows("Cora Tester");
    app.stop().await;
}

#[actix_web::test]
async fn second_steps_at_the_same_time_are_all_answered() {
    let app = TestApp::start().await;
    let owner = app.coordinator().await;
    enroll(&owner).await;
    let codes = recovery_codes(&owner.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    for word in codes.iter().take(6) {
        let browsers: Vec<Client> = (0..4).map(|_| app.client()).collect();
        for browser in &browsers {
            password(browser).await.assert_status(303);
        }
        // The row is there; the right one deletes it while the others wait for it.
        assert_eq!(say(&browsers[0], "000000").await, 422);
        let words = [word.as_str(), "000000", "000000", "000000"];
        let statuses = join_all(browsers.iter().zip(words).map(|(browser, word)| say(browser, word))).await;
        assert!(statuses.iter().all(|status| [303, 422, 429].contains(status)), "{statuses:?}");
        pause_over(&app).await;
        run(&app, "UPDATE second_factor_failures SET today = 0").await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn of_two_right_codes_for_one_sign_in_one_opens_a_session_and_the_other_stays_good() {
    let app = TestApp::start().await;
    let owner = app.coordinator().await;
    enroll(&owner).await;
    let codes = recovery_codes(&owner.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    let browser = app.client();
    password(&browser).await.assert_status(303);
    tokio::join!(say(&browser, &codes[0]), say(&browser, &codes[1]));
    let opened: i64 = audit_events::table
        .filter(audit_events::action.eq("session.signed_in"))
        .filter(audit_events::details.eq(serde_json::json!({ "how": "recovery_code" })))
        .count()
        .get_result(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(opened, 1);
    owner.get(PAGE).await.assert_shows("9 are left");
    app.stop().await;
}

fn key(page: &str) -> String {
    page.split_once("class=\"mono mt2\">").unwrap().1.split_once('<').unwrap().0.to_owned()
}

#[actix_web::test]
async fn the_offered_seed_is_random_sealed_and_the_same_until_it_is_set_up() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let first = key(&client.get(PAGE).await.assert_status(200).body);
    assert_eq!(key(&client.get(PAGE).await.body), first, "the phone may have scanned it");
    let held = async || {
        let offered = sessions::table.filter(sessions::offered_seed.is_not_null());
        let rows = offered.select((sessions::id, sessions::offered_seed.assume_not_null()));
        rows.load::<(uuid::Uuid, Sealed<OfferedSeed>)>(&mut app.conn().await).await.unwrap()
    };
    let rows = held().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(app.app.keys.open(rows[0].0, &rows[0].1).unwrap().0.text(), first);
    assert!(app.app.keys.open(uuid::Uuid::now_v7(), &rows[0].1).is_err(), "bound to its session");
    // Another enrolment in the very same session has another seed: it follows from nothing.
    run(&app, "UPDATE sessions SET offered_seed = NULL").await;
    assert_ne!(key(&client.get(PAGE).await.body), first);
    enroll(&client).await;
    assert!(held().await.is_empty(), "gone with the session it was offered to");
    app.stop().await;
}

#[actix_web::test]
async fn a_fresh_sign_in_is_not_enough_to_take_the_second_factor_away() {
    let app = TestApp::start().await;
    let owner = app.coordinator().await;
    let key = enroll(&owner).await;
    let browser = app.client();
    password(&browser).await.assert_status(303);
    assert_eq!(say(&browser, &code(&key, 0)).await, 303);
    for path in ["/staff/account/second-factor/replace", "/staff/account/recovery-codes"] {
        let asked = browser.post(path, &[]).await.assert_status(303);
        assert!(asked.location().starts_with("/staff/confirm?next="), "{path}: {}", asked.location());
    }
    browser.get(PAGE).await.assert_shows("The second step is on");
    browser.post("/staff/confirm", &[("password", PASSWORD)]).await.assert_status(303);
    browser.post("/staff/account/second-factor/replace", &[]).await.assert_status(303);
    browser.get(PAGE).await.assert_shows("Type the six digits");
    app.stop().await;
}
