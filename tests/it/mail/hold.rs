//! Mail on hold: nothing leaves, nothing is lost, everything says so, and an administrator lets it go.

use intake::audit::Actor;
use intake::outbox::hold::HoldReason;
use intake::staff::deliveries::hold;

use super::{app_with, outbox, run};
use crate::support::{Client, InquiryFields, Mood, Settings, SmtpServer, TestApp};

async fn inquire(app: &TestApp, name: &str) {
    app.receipt_of(&InquiryFields::default().with("name", name)).await;
}

async fn put_on_hold(app: &TestApp) {
    hold::hold(&mut app.conn().await, Actor::Command, HoldReason::Restore).await.unwrap();
}

#[actix_web::test]
async fn on_hold_no_mail_leaves_and_the_pages_readiness_and_metrics_say_so() {
    let server = SmtpServer::start(Mood::Accept).await;
    let mailer = intake::mail::Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", super::impatient()).unwrap();
    let mut settings = Settings { mailer: Some(mailer), ..Settings::default() };
    settings.config.http.metrics_bind = Some("127.0.0.1:0".parse().unwrap());
    let app = TestApp::start_with(settings).await;
    let metrics = Client::new(&format!("http://{}", app.metrics.unwrap()));
    app.client().get("/readyz").await.assert_shows("\"outbox_on_hold\":false");
    metrics.get("/metrics").await.assert_shows("intake_outbox_on_hold 0");
    inquire(&app, "Ann Before").await;
    put_on_hold(&app).await;
    inquire(&app, "Ben After").await;
    let admin = app.administrator().await;
    admin.post("/staff/deliveries/test", &[]).await.assert_status(303);
    admin.post("/staff/deliveries/retry", &[]).await.assert_status(303);
    for _ in 0..3 {
        assert_eq!(app.deliver_mail().await, 0);
    }
    assert_eq!(server.connections(), 0, "the mail server was not even asked");
    assert!(outbox(&app).await.iter().all(|(state, _, attempts)| state == "queued" && *attempts == 0));

    app.client().get("/readyz").await.assert_status(200).assert_shows("\"outbox_on_hold\":true");
    metrics.get("/metrics").await.assert_shows("intake_outbox_on_hold 1");
    let coordinator = app.coordinator().await;
    coordinator.get("/staff/leads").await.assert_shows("No mail has been sent since").assert_shows("restored from a backup");
    let page = admin.get("/staff/deliveries").await.assert_shows("data-hold=\"restore\"").assert_shows("Mail is on hold");
    page.assert_shows("Send all waiting mails");
    coordinator.post("/staff/deliveries/hold/release", &[("older", "send")]).await.assert_status(404);
    assert_eq!(app.deliver_mail().await, 0);
    app.stop().await;
}

#[actix_web::test]
async fn a_release_sends_everything_that_waited_once() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_with(&server.url).await;
    inquire(&app, "Ann Before").await;
    put_on_hold(&app).await;
    inquire(&app, "Ben After").await;
    assert_eq!(app.deliver_mail().await, 0);
    let admin = app.administrator().await;
    let done = admin.post("/staff/deliveries/hold/release", &[("older", "send")]).await.assert_status(303);
    let page = admin.get(done.location()).await.assert_shows("Mail is sent again");
    page.assert_hides("Mail is on hold").assert_hides("No mail has been sent since");
    assert_eq!(app.deliver_mail().await, 2);
    let again = admin.post("/staff/deliveries/hold/release", &[("older", "send")]).await.assert_status(303);
    admin.get(again.location()).await.assert_shows("Mail was not on hold");
    app.deliver_mail().await;
    assert_eq!(server.received().len(), 2);
    admin.get("/staff/audit?what=mail.released").await.assert_shows("Mail: released").assert_shows("waiting 2");
    admin.get("/staff/audit?what=mail.held").await.assert_shows("reason restore");
    app.stop().await;
}

#[actix_web::test]
async fn what_the_copy_brought_along_can_be_discarded_and_what_came_since_is_sent() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_with(&server.url).await;
    inquire(&app, "Ann Before").await;
    inquire(&app, "Amy Before").await;
    put_on_hold(&app).await;
    inquire(&app, "Ben After").await;
    let admin = app.administrator().await;
    admin.get("/staff/deliveries").await.assert_shows("Discard the 2 from before");
    let done = admin.post("/staff/deliveries/hold/release", &[("older", "discard")]).await.assert_status(303);
    admin.get(done.location()).await.assert_shows("were discarded");
    assert_eq!(app.deliver_mail().await, 1);
    let states: Vec<_> = outbox(&app).await.into_iter().map(|(state, code, _)| (state, code.unwrap_or_default())).collect();
    let dropped = ("dropped".to_owned(), "discarded".to_owned());
    assert_eq!(states, [dropped.clone(), dropped, ("accepted".to_owned(), String::new())]);
    app.stop().await;
}

#[actix_web::test]
async fn a_second_restore_begins_the_hold_anew_and_a_command_leaves_it_as_it_is() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_with(&server.url).await;
    put_on_hold(&app).await;
    run(&app, "UPDATE outbox_hold SET since = now() - interval '1 day'").await;
    inquire(&app, "Ann Between").await;
    hold::hold(&mut app.conn().await, Actor::Command, HoldReason::Command).await.unwrap();
    let found = intake::outbox::hold::store::find(&mut app.conn().await).await.unwrap().unwrap();
    assert_eq!((found.reason, found.before, found.after), (HoldReason::Restore, 0, 1));
    put_on_hold(&app).await;
    let found = intake::outbox::hold::store::find(&mut app.conn().await).await.unwrap().unwrap();
    assert_eq!((found.before, found.after), (1, 0));
    app.stop().await;
}
