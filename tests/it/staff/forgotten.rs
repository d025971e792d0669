//! A forgotten password.

use std::time::{Duration, Instant};

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use intake::db::schema::one_time_links;
use intake::mail::{Deadlines, Mailer};
use intake::values::Role;

use crate::support::{Mood, PASSWORD, Settings, SmtpServer, TestApp};

pub(super) const NEW: &str = "tidal lantern mosaic ferry";

pub(super) fn link(server: &SmtpServer) -> String {
    let mail = server.received().last().expect("a mail").data.replace("=\r\n", "").replace("=3D", "=");
    let start = mail.find("/staff/password?token=").expect("a link");
    mail[start..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap().to_owned()
}

pub(super) async fn start() -> (TestApp, SmtpServer) {
    let server = SmtpServer::start(Mood::Accept).await;
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    (TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await, server)
}

#[actix_web::test]
async fn a_link_by_mail_sets_a_new_password_once_and_ends_every_session() {
    let (app, server) = start().await;
    let signed_in = app.coordinator().await;
    let guest = app.client();
    guest.post("/staff/forgotten", &[("email", " Cora@Example.org ")]).await.assert_status(200);
    assert_eq!(app.deliver_mail().await, 1);
    assert!(!server.received()[0].data.split_once("\r\n\r\n").unwrap().1.contains("Cora"));
    let path = link(&server);
    let token = path.split_once("token=").unwrap().1.to_owned();
    guest.get(&path).await.assert_status(200).assert_shows("cora@example.org");
    guest.post("/staff/password", &[("token", &token), ("password", "short")]).await.assert_status(422).assert_shows("at least 15");
    signed_in.get("/staff/account").await.assert_status(200);
    let done = guest.post("/staff/password", &[("token", &token), ("password", NEW)]).await.assert_status(303);
    guest.get(done.location()).await.assert_status(200).assert_shows("new password is set");
    signed_in.get("/staff/account").await.assert_status(303);
    guest.post("/staff/password", &[("token", &token), ("password", NEW)]).await.assert_status(404);
    guest.get(&path).await.assert_status(404).assert_shows("Ask for another one");
    guest.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(422);
    guest.post("/staff/login", &[("email", "cora@example.org"), ("password", NEW)]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn known_unknown_and_shut_addresses_get_the_same_answer_after_the_same_time() {
    let (app, server) = start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let shut = app.add_member("dora", &[Role::Coordinator]).await;
    intake::staff::store::disable(&mut app.conn().await, shut).await.unwrap();
    let mut bodies = Vec::new();
    for email in ["cora@example.org", "nobody@example.org", "dora@example.org", "", "cora@example.org"] {
        let begun = Instant::now();
        let page = app.client().post("/staff/forgotten", &[("email", email)]).await.assert_status(200);
        assert!(begun.elapsed() >= Duration::from_millis(400), "{email}: {:?}", begun.elapsed());
        bodies.push(page.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(app.deliver_mail().await, 1, "one mail: to who exists, and not twice within two minutes");
    assert_eq!(server.received()[0].to, ["cora@example.org"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_link_is_over_after_thirty_minutes_and_an_older_one_when_a_newer_was_used() {
    let (app, server) = start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let admin = app.administrator().await;
    let id = intake::staff::store::by_email(&mut app.conn().await, "cora@example.org").await.unwrap().unwrap().member.id;
    let mut paths = Vec::new();
    for _ in 0..2 {
        admin.post(&format!("/staff/people/{id}/password-link"), &[]).await.assert_status(303);
        app.deliver_mail().await;
        paths.push(link(&server));
    }
    let guest = app.client();
    let token = paths[1].split_once("token=").unwrap().1;
    guest.get(&paths[0]).await.assert_status(200);
    guest.post("/staff/password", &[("token", token), ("password", NEW)]).await.assert_status(303);
    guest.get(&paths[0]).await.assert_status(404);
    admin.post(&format!("/staff/people/{id}/password-link"), &[]).await.assert_status(303);
    app.deliver_mail().await;
    let late = link(&server);
    let over = one_time_links::expires_at.eq(now.into_sql::<Timestamptz>() - 1.second());
    diesel::update(one_time_links::table).set(over).execute(&mut app.conn().await).await.unwrap();
    guest.get(&late).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn a_neighbor_who_asks_for_nobody_keeps_no_link_from_the_owner() {
    let (app, server) = start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    let ask = async |from: [u8; 4], email: &str| {
        crate::support::Client::from_address(&app.base, from)
            .post("/staff/forgotten", &[("email", email)])
            .await
            .assert_status(200);
    };
    for at in 0..15 {
        ask([127, 68, 1, 2], &format!("nobody{at}@example.org")).await;
    }
    ask([127, 68, 1, 77], "cora@example.org").await;
    assert_eq!(app.deliver_mail().await, 1, "the owner's link was suppressed");
    assert_eq!(server.received()[0].to, ["cora@example.org"]);
    app.client().get(&link(&server)).await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn whoever_asks_in_the_owners_name_makes_few_mails_and_the_owner_always_has_a_link() {
    let (app, server) = start().await;
    app.add_member("cora", &[Role::Coordinator]).await;
    for at in 0..4_u8 {
        crate::support::Client::from_address(&app.base, [127, 69, at, 1])
            .post("/staff/forgotten", &[("email", "cora@example.org")])
            .await
            .assert_status(200);
        app.deliver_mail().await;
    }
    assert_eq!(server.received().len(), 1);
    let older = link(&server);
    // The pause after it is over.
    let earlier = one_time_links::created_at.eq(now.into_sql::<Timestamptz>() - 3.minutes());
    diesel::update(one_time_links::table).set(earlier).execute(&mut app.conn().await).await.unwrap();
    app.client().post("/staff/forgotten", &[("email", "cora@example.org")]).await.assert_status(200);
    assert_eq!(app.deliver_mail().await, 1);
    for path in [older, link(&server)] {
        app.client().get(&path).await.assert_status(200);
    }
    app.stop().await;
}
