//! Sentences of docs/SECURITY.md about signing in that no other test holds.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::config::KeyFiles;
use intake::db::schema::{recovery_codes, sign_in_throttles};
use intake::routes::{Access, TABLE};
use intake::sealing::{KeyRole, Keys};
use intake::staff::recovery::RecoveryCode;
use intake::values::Role;
use reqwest::Method;

use super::forgotten;
use super::second_factor::{PAGE, enroll, recovery_codes as shown};
use crate::support::process::folder;
use crate::support::{Client, PASSWORD, Settings, TestApp, read};

async fn password(client: &Client, word: &str) -> u16 {
    client.post("/staff/login", &[("email", "cora@example.org"), ("password", word)]).await.status
}

/// A path with something well-formed, of nothing that exists, in place of each part that varies.
fn path_of(path: &str) -> String {
    let sample = |name: &str| if name.contains("id") { "01935b6e-0000-7000-8000-000000000000" } else { "EL-000000" };
    let pieces = path.split('/').map(|piece| if piece.starts_with('{') { sample(piece) } else { piece });
    pieces.collect::<Vec<_>>().join("/")
}

#[actix_web::test]
async fn where_a_second_factor_is_required_no_door_opens_before_it_is_set_up() {
    let mut settings = Settings::default();
    settings.config.security.require_mfa = true;
    let app = TestApp::start_with(settings).await;
    let client = app.signed_in("eva", &[Role::Coordinator, Role::Manager, Role::Administrator]).await;
    let (mut closed, mut open) = (0, Vec::new());
    for route in TABLE.iter().filter(|route| matches!(route.access, Access::SignedIn | Access::Needs(_))) {
        let path = path_of(route.path);
        if path == "/staff/logout" {
            continue;
        }
        let method: Method = route.method.parse().unwrap();
        let request = client.request(method, &path).header("Sec-Fetch-Site", "same-origin");
        let page = read(if route.method == "POST" { request.form(&[("version", "1")]) } else { request }).await;
        if page.status == 303 && page.location() == PAGE {
            closed += 1;
        } else {
            open.push(format!("{} {path} {}", route.method, page.status));
        }
    }
    assert!(closed > 100, "{closed}");
    let without = [PAGE, "/staff/session", "/staff/session/extend", "/staff/confirm"];
    open.retain(|door| !without.iter().any(|allowed| door.contains(&format!(" {allowed} "))));
    assert!(open.is_empty(), "{open:?}");
    enroll(&client).await;
    client.get("/staff/account").await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn recovery_codes_stand_in_the_database_as_hashes_under_a_key_that_the_public_file_lacks() {
    let app = TestApp::start().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.sign_in("cora").await;
    enroll(&client).await;
    let codes = shown(&client.post("/staff/account/recovery-codes", &[]).await.assert_status(200));
    let mut stored: Vec<Vec<u8>> = recovery_codes::table.select(recovery_codes::digest).load(&mut app.conn().await).await.unwrap();
    let codes: Vec<RecoveryCode> = codes.iter().map(|code| RecoveryCode::parse(code).unwrap()).collect();
    let under = |keys: &Keys| {
        let mut digests: Vec<Vec<u8>> = codes.iter().map(|code| code.digest(keys, cora).unwrap()).collect();
        digests.sort();
        digests
    };
    stored.sort();
    assert_eq!(stored, under(&app.app.keys));
    let folder = folder("other-keys");
    let files = KeyFiles { private_file: folder.join("private.key"), public_file: folder.join("public.key") };
    Keys::init(&files).unwrap();
    assert_ne!(stored, under(&Keys::load(&files, KeyRole::Open).unwrap()), "other keys, other hashes");
    let public = Keys::load(&files, KeyRole::SealOnly).unwrap();
    assert!(codes[0].digest(&public, cora).is_err(), "the public file has no such key");
    std::fs::remove_dir_all(folder).unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn a_new_password_by_mail_opens_nothing_without_the_second_factor() {
    let (app, server) = forgotten::start().await;
    enroll(&app.coordinator().await).await;
    let guest = app.client();
    guest.post("/staff/forgotten", &[("email", "cora@example.org")]).await.assert_status(200);
    app.deliver_mail().await;
    let path = forgotten::link(&server);
    let token = path.split_once("token=").unwrap().1.to_owned();
    guest.post("/staff/password", &[("token", &token), ("password", forgotten::NEW)]).await.assert_status(303);
    assert_eq!(password(&guest, forgotten::NEW).await, 303);
    guest.get("/staff/account").await.assert_status(303);
    guest.get("/staff/login").await.assert_status(200).assert_shows("name=\"code\"");
    app.stop().await;
}

#[actix_web::test]
async fn past_five_hundred_failures_from_everywhere_only_a_known_browser_gets_in() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let known = app.sign_in("cora").await;
    assert_eq!(password(&app.client(), "wrong wrong wrong").await, 422);
    let mut conn = app.conn().await;
    let account: Vec<u8> = sign_in_throttles::table.select(sign_in_throttles::account_digest).first(&mut conn).await.unwrap();
    let now = chrono::Utc::now();
    let others = (0..5_u8).map(|network| {
        (
            sign_in_throttles::account_digest.eq(account.clone()),
            sign_in_throttles::network_digest.eq(vec![network; 32]),
            sign_in_throttles::failures.eq(100),
            sign_in_throttles::last_failure_at.eq(now),
            sign_in_throttles::blocked_until.eq(now),
        )
    });
    diesel::insert_into(sign_in_throttles::table).values(others.collect::<Vec<_>>()).execute(&mut conn).await.unwrap();
    let elsewhere = Client::from_address(&app.base, [127, 68, 3, 4]);
    assert_eq!(password(&elsewhere, PASSWORD).await, 429);
    assert_eq!(password(&known, PASSWORD).await, 303);
    app.stop().await;
}
