//! One's own account, and the list of people.

use intake::staff::store;
use intake::values::Role;

use crate::support::{PASSWORD, TestApp};

const NEW: &str = "tidal lantern mosaic ferry";

#[actix_web::test]
async fn a_changed_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.coordinator().await, app.sign_in("cora").await);
    here.post("/staff/account/password", &[("old_password", "wrong"), ("password", NEW)]).await.assert_status(422);
    here.post("/staff/account/password", &[("old_password", PASSWORD), ("password", "cora@example.org")]).await.assert_status(422);
    here.post("/staff/account/password", &[("old_password", PASSWORD), ("password", NEW)]).await.assert_status(303);
    here.get("/staff/account").await.assert_status(200);
    elsewhere.get("/staff/account").await.assert_status(303);
    let fresh = app.client();
    fresh.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(422);
    fresh.post("/staff/login", &[("email", "cora@example.org"), ("password", NEW)]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let app = TestApp::start().await;
    let (here, elsewhere, other) = (app.coordinator().await, app.sign_in("cora").await, app.colleague().await);
    let page = here.get("/staff/account").await.assert_status(200);
    let end = page.body.split_once("action=\"/staff/account/sessions/").unwrap().1.split_once('"').unwrap().0.to_owned();
    let path = format!("/staff/account/sessions/{end}");
    other.post(&path, &[]).await.assert_status(404);
    elsewhere.get("/staff/account").await.assert_status(200);
    here.post(&path, &[]).await.assert_status(303);
    elsewhere.get("/staff/account").await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn notifications_are_switched_off_and_on() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let wants = async || store::by_email(&mut app.conn().await, "cora@example.org").await.unwrap().unwrap().notify_new_inquiries;
    assert!(wants().await);
    client.post("/staff/account/notifications", &[]).await.assert_status(303);
    assert!(!wants().await);
    client.post("/staff/account/notifications", &[("notify", "yes")]).await.assert_status(303);
    assert!(wants().await);
    app.stop().await;
}

#[actix_web::test]
async fn people_are_closed_and_opened_but_the_last_administrator_stays() {
    let app = TestApp::start().await;
    let ada = app.add_member("ada", &[Role::Administrator]).await;
    let admin = app.sign_in("ada").await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let coordinator = app.sign_in("cora").await;
    admin.get("/staff/people").await.assert_status(200).assert_shows("cora@example.org").assert_shows("Ada Tester");
    admin.post(&format!("/staff/people/{cora}/disable"), &[]).await.assert_status(303);
    coordinator.get("/staff/account").await.assert_status(303);
    admin.post(&format!("/staff/people/{cora}/enable"), &[]).await.assert_status(303);
    app.sign_in("cora").await;
    admin.post(&format!("/staff/people/{ada}/disable"), &[]).await.assert_status(422).assert_shows("last administrator");
    admin.get("/staff/people").await.assert_status(200);
    app.stop().await;
}
