//! What somebody who can write to the database, and does not hold `private.key`, can write into it: no session and no link.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::sessions;
use intake::staff::session::{SessionToken, TokenPurpose};
use intake::values::{MemberId, Role};
use reqwest::Method;
use sha2::{Digest, Sha256};

use crate::support::{PASSWORD, Page, TestApp, read};

const TOKEN: [u8; 32] = [7; 32];

fn text() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(TOKEN)
}

fn literal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("'\\x"), |text, byte| format!("{text}{byte:02x}")) + "'::bytea"
}

/// The digest of the token for one purpose, as only a holder of the keys makes it.
fn keyed(app: &TestApp, purpose: TokenPurpose) -> String {
    literal(&SessionToken::parse(&text()).unwrap().stored(&app.app.keys, purpose).unwrap().digest)
}

async fn run(app: &TestApp, sql: &str) {
    app.conn().await.batch_execute(sql).await.unwrap();
}

async fn session_row(app: &TestApp, member: MemberId, digest: &str) {
    let hash = literal(&Sha256::digest(TOKEN));
    run(
        app,
        &format!(
            "DELETE FROM sessions; INSERT INTO sessions (id, token_hash, token_digest, member_id, stage, expires_at)
             VALUES (gen_random_uuid(), {hash}, {digest}, '{member}', 'full', now() + interval '1 hour')"
        ),
    )
    .await;
}

async fn with_cookie(app: &TestApp, path: &str) -> Page {
    let cookie = format!("intake={}", text());
    read(app.client().request(Method::GET, path).header("Cookie", cookie).header("Sec-Fetch-Site", "same-origin")).await
}

#[actix_web::test]
async fn a_row_with_the_hash_of_a_chosen_token_is_no_session() {
    let app = TestApp::start().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let plain = literal(&Sha256::digest(TOKEN));
    for digest in ["NULL".to_owned(), plain, keyed(&app, TokenPurpose::Reset), keyed(&app, TokenPurpose::Invitation)] {
        session_row(&app, cora, &digest).await;
        let page = with_cookie(&app, "/staff/account").await.assert_status(303);
        assert!(page.location().starts_with("/staff/login"), "{}", page.location());
    }
    // The control: the same row, made by whoever holds the keys.
    session_row(&app, cora, &keyed(&app, TokenPurpose::Session)).await;
    with_cookie(&app, "/staff/account").await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_session_that_ended_keeps_nothing_for_whoever_wrote_its_row() {
    let app = TestApp::start().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let lead = crate::leads::lead(&app).await;
    let note = async || {
        run(&app, "UPDATE sessions SET expires_at = now() - interval '1 minute'").await;
        let form = [("version", "1"), ("body", "written after the log-off")];
        let request = app.client().request(Method::POST, &format!("/staff/leads/{lead}/notes"));
        let request = request.header("Cookie", format!("intake={}", text())).header("Sec-Fetch-Site", "same-origin");
        read(request.form(&form)).await
    };
    session_row(&app, cora, &literal(&Sha256::digest(TOKEN))).await;
    note().await.assert_status(422).assert_shows("written after the log-off");
    session_row(&app, cora, &keyed(&app, TokenPurpose::Session)).await;
    note().await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_row_with_the_hash_of_a_chosen_token_is_no_link() {
    let app = TestApp::start().await;
    let ada = app.add_member("ada", &[Role::Administrator]).await;
    let plain = literal(&Sha256::digest(TOKEN));
    let rows = async |reset: &str, invitation: &str| {
        let sql = format!(
            "DELETE FROM one_time_links; DELETE FROM invitations;
             INSERT INTO one_time_links (token_hash, token_digest, purpose, member_id, expires_at)
                VALUES ({plain}, {reset}, 'reset', '{ada}', now() + interval '1 hour');
             INSERT INTO invitations (id, email, name, roles, invited_by, token_hash, token_digest, expires_at)
                VALUES (gen_random_uuid(), 'eve@example.org', 'Eve', '{{administrator}}', '{ada}', {plain}, {invitation}, now() + interval '1 hour')"
        );
        run(&app, &sql).await;
    };
    let (reset, invitation) = (format!("/staff/password?token={}", text()), format!("/staff/invitation?token={}", text()));
    let (keyed_reset, keyed_invitation) = (keyed(&app, TokenPurpose::Reset), keyed(&app, TokenPurpose::Invitation));
    for (of_reset, of_invitation) in [("NULL", "NULL"), (&*plain, &*plain), (&*keyed_invitation, &*keyed_reset)] {
        rows(of_reset, of_invitation).await;
        app.client().get(&reset).await.assert_status(404);
        app.client().get(&invitation).await.assert_status(404);
    }
    rows(&keyed_reset, &keyed_invitation).await;
    app.client().get(&reset).await.assert_status(200);
    app.client().get(&invitation).await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_row_with_the_hash_of_a_chosen_token_makes_no_first_account() {
    let app = TestApp::start().await;
    let plain = literal(&Sha256::digest(TOKEN));
    let try_with = async |digest: &str, email: &str| {
        let sql = format!(
            "DELETE FROM one_time_links; INSERT INTO one_time_links (token_hash, token_digest, purpose, expires_at)
             VALUES ({plain}, {digest}, 'setup', now() + interval '1 hour')"
        );
        run(&app, &sql).await;
        let fields =
            [("token", &*text()), ("name", "Eve"), ("email", email), ("password", PASSWORD)].map(|(a, b)| (a, b.to_owned()));
        app.client().post("/staff/setup", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    try_with("NULL", "eve@example.org").await.assert_status(422);
    try_with(&plain, "eve@example.org").await.assert_status(422);
    try_with(&keyed(&app, TokenPurpose::Setup), "nadia@example.org").await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_release_before_this_one_finds_the_sessions_opened_here() {
    let app = TestApp::start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let page = app.client().post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    let token = page.header("set-cookie").split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
    let plain = Sha256::digest(BASE64_URL_SAFE_NO_PAD.decode(token).unwrap()).to_vec();
    let held: Vec<(Vec<u8>, Option<Vec<u8>>)> =
        sessions::table.select((sessions::token_hash, sessions::token_digest)).load(&mut app.conn().await).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].0, plain, "what it looks for");
    assert!(held[0].1.as_ref().is_some_and(|digest| *digest != plain), "what is looked for here");
    app.stop().await;
}
