//! A fresh sign-in for what a browser left open must not do.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use intake::db::schema::sessions;
use intake::values::Role;

use crate::support::{PASSWORD, TestApp};

/// Every session was opened, and confirmed if ever, so many minutes ago.
async fn age(app: &TestApp, minutes: i32) {
    let then = now.into_sql::<Timestamptz>() - minutes.minutes();
    let mut conn = app.conn().await;
    diesel::update(sessions::table).set(sessions::created_at.eq(then)).execute(&mut conn).await.unwrap();
    diesel::update(sessions::table.filter(sessions::confirmed_at.is_not_null()))
        .set(sessions::confirmed_at.eq(then.nullable()))
        .execute(&mut conn)
        .await
        .unwrap();
}

#[actix_web::test]
async fn a_permission_change_from_an_older_sign_in_asks_for_the_password_first_and_leads_back() {
    let app = TestApp::start().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let admin = app.administrator().await;
    let close = format!("/staff/people/{cora}/disable");
    age(&app, 6).await;
    let asked = admin.post(&close, &[]).await.assert_status(303);
    assert!(asked.location().starts_with("/staff/confirm?next=%2Fstaff"), "{}", asked.location());
    app.sign_in("cora").await;
    admin.get("/staff/confirm?next=%2Fstaff%2Fpeople").await.assert_status(200).assert_shows("value=\"/staff/people\"");
    let wrong = [("password", "not the password"), ("next", "/staff/people")];
    admin.post("/staff/confirm", &wrong).await.assert_status(422).assert_shows("does not match");
    let right = [("password", PASSWORD), ("next", "/staff/people")];
    assert_eq!(admin.post("/staff/confirm", &right).await.assert_status(303).location(), "/staff/people");
    admin.post(&close, &[]).await.assert_status(303).assert_hides("confirm");
    age(&app, 11).await;
    let asked = admin.post(&format!("/staff/people/{cora}/enable"), &[]).await.assert_status(303);
    assert!(asked.location().starts_with("/staff/confirm"), "ten minutes later it is asked again: {}", asked.location());
    app.stop().await;
}

#[actix_web::test]
async fn wrong_passwords_at_the_confirmation_run_into_a_wall_and_no_other_place_is_led_to() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    for _ in 0..5 {
        client.post("/staff/confirm", &[("password", "wrong")]).await.assert_status(422);
    }
    client.post("/staff/confirm", &[("password", PASSWORD)]).await.assert_status(429).assert_shows("Too many tries");
    let other = app.colleague().await;
    let evil = [("password", PASSWORD), ("next", "//evil.example/staff/")];
    assert_eq!(other.post("/staff/confirm", &evil).await.assert_status(303).location(), "/staff/account");
    app.stop().await;
}
