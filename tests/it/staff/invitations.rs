//! Colleagues asked to join by mail, over a real mail socket.

use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, invitations};
use intake::mail::{Deadlines, Mailer};
use intake::values::Role;

use crate::support::{Client, Mood, Page, Settings, SmtpServer, TestApp};

const NEW: &str = "tidal lantern mosaic ferry";

async fn start() -> (TestApp, SmtpServer) {
    let server = SmtpServer::start(Mood::Accept).await;
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    (TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await, server)
}

async fn invite(admin: &Client) -> Page {
    let fields =
        [("name", "Nora Quill"), ("email", "Nora.Quill@example.org"), ("roles", "coordinator"), ("clinical_review", "yes")];
    admin.post("/staff/people/invitations", &fields).await
}

/// The link's path in the newest mail, put together again from its folded lines.
fn link(server: &SmtpServer, from: &str) -> String {
    let mail = server.received().last().expect("a mail").data.replace("=\r\n", "").replace("=3D", "=");
    let start = mail.find(from).expect("a link");
    mail[start..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn an_invitation_travels_by_mail_names_nobody_and_opens_one_account_once() {
    let (app, server) = start().await;
    let admin = app.administrator().await;
    assert_eq!(invite(&admin).await.assert_status(303).location(), "/staff/people?done=invited");
    assert_eq!(app.deliver_mail().await, 1);
    let mail = &server.received()[0];
    assert_eq!(mail.to, ["nora.quill@example.org"]);
    let body = mail.data.split_once("\r\n\r\n").unwrap().1;
    assert!(!body.contains("Nora") && !body.contains("Quill") && !body.contains("Ada"), "{body}");
    admin.get("/staff/people").await.assert_status(200).assert_shows("nora.quill@example.org").assert_shows("Mail sent");

    let path = link(&server, "/staff/invitation?token=");
    let token = path.split_once("token=").unwrap().1.to_owned();
    let guest = app.client();
    guest.get(&path).await.assert_status(200).assert_shows("nora.quill@example.org").assert_shows("Nora Quill");
    let join = |password: &'static str| [("token", token.clone()), ("name", "Nora Q.".into()), ("password", password.into())];
    let post = async |client: &Client, password| {
        let fields = join(password);
        client.post("/staff/invitation", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    post(&guest, "too short").await.assert_status(422).assert_shows("at least 15").assert_shows("Nora Q.");
    let (other, third) = (app.client(), app.client());
    let (one, two) = tokio::join!(post(&other, NEW), post(&third, NEW));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404], "the link opens one account");
    guest.get(&path).await.assert_status(404).assert_shows("does not work any more");
    let fresh = app.client();
    fresh.post("/staff/login", &[("email", "nora.quill@example.org"), ("password", NEW)]).await.assert_status(303);
    fresh.get("/staff/leads").await.assert_status(200).assert_shows("Nora Q.");
    admin.get("/staff/people").await.assert_hides("data-invitation");
    let mut conn = app.conn().await;
    let kept: Vec<serde_json::Value> = audit_events::table
        .filter(audit_events::action.eq("member.changed"))
        .select(audit_events::details)
        .load(&mut conn)
        .await
        .unwrap();
    assert!(!format!("{kept:?}").to_lowercase().contains("nora"), "{kept:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_link_ends_when_it_is_sent_again_taken_back_or_two_days_old() {
    let (app, server) = start().await;
    let admin = app.administrator().await;
    invite(&admin).await.assert_status(303);
    app.deliver_mail().await;
    let first = link(&server, "/staff/invitation?token=");
    let id = admin.get("/staff/people").await.attribute("data-invitation").expect("an invitation");
    admin.post(&format!("/staff/people/invitations/{id}/again"), &[]).await.assert_status(303);
    app.deliver_mail().await;
    let second = link(&server, "/staff/invitation?token=");
    let guest = app.client();
    guest.get(&first).await.assert_status(404);
    guest.get(&second).await.assert_status(200);

    let mut conn = app.conn().await;
    let old = invitations::expires_at.eq(now.into_sql::<Timestamptz>() - 1.second());
    diesel::update(invitations::table).set(old).execute(&mut conn).await.unwrap();
    guest.get(&second).await.assert_status(404);
    admin.get("/staff/people").await.assert_shows("The link ran out");
    admin.post(&format!("/staff/people/invitations/{id}/again"), &[]).await.assert_status(303);
    app.deliver_mail().await;
    let third = link(&server, "/staff/invitation?token=");
    guest.get(&third).await.assert_status(200);
    admin.post(&format!("/staff/people/invitations/{id}/withdraw"), &[]).await.assert_status(303);
    guest.get(&third).await.assert_status(404);
    admin.post(&format!("/staff/people/invitations/{id}/again"), &[]).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn a_second_invitation_a_known_address_and_empty_fields_are_told_beside_the_field() {
    let (app, _server) = start().await;
    let admin = app.administrator().await;
    invite(&admin).await.assert_status(303);
    invite(&admin).await.assert_status(422).assert_shows("invited already").assert_shows("value=\"Nora Quill\"");
    app.add_member("cora", &[Role::Coordinator]).await;
    let known = [("name", "Cora"), ("email", "CORA@example.org"), ("roles", "manager")];
    admin.post("/staff/people/invitations", &known).await.assert_status(422).assert_shows("has an account");
    let empty = admin.post("/staff/people/invitations", &[]).await.assert_status(422);
    empty.assert_shows("name-error").assert_shows("email-error").assert_shows("Choose at least one role");
    app.deliver_mail().await;
    app.stop().await;
}
