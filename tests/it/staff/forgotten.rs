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
