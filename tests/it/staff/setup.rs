//! The first account.

use intake::staff::{setup, store};

use crate::support::{PASSWORD, Page, TestApp};

async fn link(app: &TestApp) -> Option<String> {
    setup::link_if_needed(&mut app.conn().await, &app.app.keys, &app.base).await.unwrap()
}

fn token(link: &str) -> String {
    link.split_once("?token=").unwrap().1.to_owned()
}

async fn set_up(app: &TestApp, token: &str, email: &str, password: &str) -> Page {
    let fields = [("token", token), ("name", "Nadia Osei"), ("email", email), ("password", password)];
    app.client().post("/staff/setup", &fields).await
}

#[actix_web::test]
async fn the_printed_link_makes_one_account_with_every_role_and_is_gone() {
    let app = TestApp::start().await;
    let link = link(&app).await.expect("nobody is there yet");
    let page = app.client().get(link.strip_prefix(&app.base).unwrap()).await.assert_status(200);
    page.assert_shows(&token(&link));
    set_up(&app, &token(&link), "Nadia@example.org", PASSWORD).await.assert_status(303);
    let nadia = store::by_email(&mut app.conn().await, "nadia@example.org").await.unwrap().unwrap().member;
    assert_eq!((nadia.roles.len(), nadia.clinical_review), (3, true));
    set_up(&app, &token(&link), "second@example.org", PASSWORD).await.assert_status(404);
    app.client().get("/staff/setup").await.assert_status(404);
    assert!(setup::link_if_needed(&mut app.conn().await, &app.app.keys, &app.base).await.unwrap().is_none());
    app.stop().await;
}

#[actix_web::test]
async fn a_wrong_token_makes_nothing_and_spoils_nothing() {
    let app = TestApp::start().await;
    let link = link(&app).await.unwrap();
    for wrong in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        set_up(&app, wrong, "eve@example.org", PASSWORD).await.assert_status(422).assert_shows("id=\"token-error\"");
    }
    let page = set_up(&app, &token(&link), "not an address", "passwordpassword").await.assert_status(422);
    page.assert_shows("id=\"email-error\"").assert_shows("id=\"password-error\"").assert_hides("passwordpassword");
    set_up(&app, &token(&link), "nadia@example.org", PASSWORD).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn of_many_at_once_one_is_first() {
    let app = TestApp::start().await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(token(&link(&app).await.unwrap()));
    }
    let tries = tokens.iter().enumerate().map(|(n, token)| {
        let email = format!("first{n}@example.org");
        let app = &app;
        async move { set_up(app, token, &email, PASSWORD).await.status }
    });
    let made = futures_util::future::join_all(tries).await.into_iter().filter(|status| *status == 303).count();
    assert_eq!(made, 1);
    assert_eq!(store::list(&mut app.conn().await).await.unwrap().len(), 1);
    app.stop().await;
}
