//! The second step at sign-in.

use chrono::Utc;
use futures_util::future::join_all;
use intake::audit::Actor;
use intake::staff::administer;
use intake::values::Role;

use crate::support::{Client, PASSWORD, Page, Settings, TestApp};

pub(super) const PAGE: &str = "/staff/account/second-factor";

/// The code of the key shown on the enrolment page, so many 30-second steps from now.
pub(super) fn code(key: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(Utc::now().timestamp() + 30 * steps).unwrap()).to_string()
}

/// Sets it up and gives the key; uses the code of the step before.
pub(super) async fn enroll(client: &Client) -> String {
    let page = client.get(PAGE).await.assert_status(200);
    let key = page.body.split_once("class=\"mono mt2\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    client.post(PAGE, &[("code", &code(&key, -1))]).await.assert_status(303);
    client.get(PAGE).await.assert_status(200).assert_shows("The second step is on").assert_hides(&key);
    key
}

/// The recovery codes a page shows.
pub(super) fn recovery_codes(page: &Page) -> Vec<String> {
    let items = page.body.split("<li>").filter_map(|part| Some(part.split_once("</li>")?.0.to_owned()));
    items.filter(|code| code.len() == 14).collect()
}

pub(super) async fn password(client: &Client) -> Page {
    client.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await
}

#[actix_web::test]
async fn the_code_is_asked_for_after_the_password_and_nothing_opens_before_it() {
    let app = TestApp::start().await;
    let key = enroll(&app.coordinator().await).await;
    let client = app.client();
    let page = password(&client).await.assert_status(303);
    assert!(page.location().starts_with("/staff/login?next="));
    client.get("/staff/account").await.assert_status(303);
    client.get("/staff/login").await.assert_status(200).assert_shows("name=\"code\"").assert_hides("name=\"password\"");
    client.post("/staff/login", &[("code", "000000")]).await.assert_status(422).assert_shows("name=\"code\"");
    client.post("/staff/login", &[("code", &code(&key, 0))]).await.assert_status(303);
    client.get("/staff/account").await.assert_status(200);
    app.stop().await;
}

/// Ten browsers at either of two instances that gave the password say the same word at the same time; how many got in.
async fn race(app: &TestApp, other: &TestApp, word: &str) -> usize {
    let browsers: Vec<Client> = (0..20).map(|at| if at % 2 == 0 { app.client() } else { other.client() }).collect();
    for browser in &browsers {
        password(browser).await.assert_status(303);
    }
    let fields = [("code", word)];
    let all = join_all(browsers.iter().map(|browser| browser.post("/staff/login", &fields))).await;
    let statuses: Vec<u16> = all.iter().map(|page| page.status).collect();
    assert!(statuses.iter().all(|status| [303, 422, 429].contains(status)), "{statuses:?}");
    for (browser, page) in browsers.iter().zip(&all) {
        assert_eq!(browser.get("/staff/account").await.status == 200, page.status == 303, "who was let in is in, nobody else");
    }
    statuses.into_iter().filter(|status| *status == 303).count()
}

/// Another instance on the same database.
async fn another(app: &TestApp) -> TestApp {
    TestApp::start_with(Settings { database: Some(app.database.again()), ..Settings::default() }).await
}

#[actix_web::test]
async fn a_code_works_once_even_for_twenty_at_the_same_time_at_two_instances() {
    let app = TestApp::start().await;
    let other = another(&app).await;
    let key = enroll(&app.coordinator().await).await;
    let now = code(&key, 0);
    assert_eq!(race(&app, &other, &now).await, 1);
    let late = app.client();
    password(&late).await.assert_status(303);
    assert_ne!(late.post("/staff/login", &[("code", &now)]).await.status, 303);
    app.stop().await;
}

#[actix_web::test]
async fn a_recovery_code_works_once_even_for_twenty_at_the_same_time_at_two_instances() {
    let app = TestApp::start().await;
    let other = another(&app).await;
    let client = app.coordinator().await;
    enroll(&client).await;
    let page = client.post("/staff/account/recovery-codes", &[]).await.assert_status(200);
    assert_eq!(race(&app, &other, &recovery_codes(&page)[0]).await, 1);
    client.get(PAGE).await.assert_shows("9 are left");
    app.stop().await;
}

#[actix_web::test]
async fn five_wrong_codes_make_a_pause_even_for_the_right_one() {
    let app = TestApp::start().await;
    let key = enroll(&app.coordinator().await).await;
    let client = app.client();
    password(&client).await.assert_status(303);
    for _ in 0..5 {
        client.post("/staff/login", &[("code", "000000")]).await.assert_status(422);
    }
    client.post("/staff/login", &[("code", &code(&key, 0))]).await.assert_status(429);
    app.stop().await;
}

#[actix_web::test]
async fn where_it_is_required_only_its_own_page_opens_without_it() {
    let mut settings = Settings::default();
    settings.config.security.require_mfa = true;
    let app = TestApp::start_with(settings).await;
    let client = app.coordinator().await;
    let page = client.get("/staff/account").await.assert_status(303);
    assert_eq!(page.location(), PAGE);
    enroll(&client).await;
    client.get("/staff/account").await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_lost_factor_is_reset_and_every_session_ends() {
    let app = TestApp::start().await;
    let id = app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.sign_in("cora").await;
    enroll(&client).await;
    assert!(administer::reset_second_factor(&mut app.conn().await, Actor::Command, id).await.unwrap());
    client.get("/staff/account").await.assert_status(303);
    app.sign_in("cora").await.get("/staff/account").await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_recovery_code_opens_the_second_step_once_and_only_its_owners() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    client.post("/staff/account/recovery-codes", &[]).await.assert_status(404);
    enroll(&client).await;
    let old = recovery_codes(&client.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    let new = recovery_codes(&client.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    assert_eq!((old.len(), new.len()), (10, 10));
    let (one, two) = (app.client(), app.client());
    for client in [&one, &two] {
        password(client).await.assert_status(303);
    }
    one.post("/staff/login", &[("code", &old[0])]).await.assert_status(422);
    let dashed = new[0].replace(' ', "-");
    one.post("/staff/login", &[("code", &dashed)]).await.assert_status(303);
    one.get("/staff/account").await.assert_status(200);
    one.get(PAGE).await.assert_status(200).assert_shows("9 are left");
    two.post("/staff/login", &[("code", &new[0])]).await.assert_status(422);
    app.stop().await;
}

#[actix_web::test]
async fn another_phone_makes_the_first_key_and_its_recovery_codes_useless() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let first = enroll(&client).await;
    client.post("/staff/account/recovery-codes", &[]).await.assert_status(200);
    assert_eq!(client.post("/staff/account/second-factor/replace", &[]).await.assert_status(303).location(), PAGE);
    let page = client.get(PAGE).await.assert_status(200).assert_shows("<svg class=\"qr").assert_shows("Scan this picture");
    assert!(!page.body.contains("are left"));
    let second = enroll(&client).await;
    assert_ne!(first, second);
    client.get(PAGE).await.assert_shows("You have none yet");
    app.stop().await;
}
