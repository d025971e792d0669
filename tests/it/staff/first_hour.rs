//! The first hour's list, and the settings it leads to.

use intake::mail::{Deadlines, Mailer};
use intake::values::Role;

use crate::support::{Client, InquiryFields, Mood, Settings, SmtpServer, TestApp};

async fn done(client: &Client) -> Option<usize> {
    let page = client.get("/staff/leads").await.assert_status(200);
    page.body.contains("data-step-done").then(|| page.body.matches("data-step-done=\"true\"").count())
}

#[actix_web::test]
async fn the_list_ticks_itself_from_what_is_there_and_goes_away_when_done() {
    let server = SmtpServer::start(Mood::Accept).await;
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    let app = TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await;
    let all = [Role::Coordinator, Role::Manager, Role::Administrator];
    let first = app.signed_in("alma", &all).await;
    assert_eq!(done(&first).await, Some(0));
    app.receipt_of(&InquiryFields::default()).await;
    assert_eq!(done(&first).await, Some(1), "an inquiry");
    first.post("/staff/deliveries/test", &[]).await.assert_status(303);
    assert_eq!(done(&first).await, Some(1), "on its way is not there");
    app.deliver_mail().await;
    assert_eq!(done(&first).await, Some(2), "a test mail that was taken");
    let invited = [("name", "Nora"), ("email", "nora@example.org"), ("roles", "coordinator")];
    first.post("/staff/people/invitations", &invited).await.assert_status(303);
    assert_eq!(done(&first).await, Some(3), "a colleague");
    first.get("/staff/settings").await.assert_status(200).assert_shows("No copy is known of");
    first.post("/staff/first-hour/keys", &[]).await.assert_status(303);
    first.get("/staff/settings").await.assert_shows("Copies are kept");
    assert_eq!(done(&first).await, Some(4), "keys");
    let cora = app.coordinator().await;
    assert_eq!(done(&cora).await, None, "for administrators alone");
    first.post("/staff/locations", &[("name", "Watsonville"), ("city", "Watsonville"), ("state", "CA")]).await.assert_status(303);
    let page = first.get("/staff/programs").await;
    let location = page.body.split_once("<option value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let program = [("location", location.as_str()), ("name", "House"), ("modality", "inpatient"), ("capacity", "8")];
    first.post("/staff/programs", &program).await.assert_status(303);
    assert_eq!(done(&first).await, None, "everything is done");
    app.deliver_mail().await;
    app.stop().await;
}

#[actix_web::test]
async fn the_list_can_be_put_away() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    admin.get("/staff/people").await.assert_status(200).assert_shows("data-step-done");
    admin.post("/staff/first-hour/dismissal", &[]).await.assert_status(303);
    admin.get("/staff/people").await.assert_status(200).assert_hides("data-step-done");
    app.stop().await;
}

#[actix_web::test]
async fn the_settings_page_shows_values_with_their_source_masks_secrets_and_says_what_production_refuses() {
    let mut settings = Settings::default();
    let secret = "postgres://u:hidden-password@db/x".to_owned();
    settings.config.database.url = Some(intake::values::Private::new(secret));
    let app = TestApp::start_with(settings).await;
    let admin = app.administrator().await;
    let page = admin.get("/staff/settings").await.assert_status(200).assert_hides("hidden-password");
    let page = page.assert_shows("data-setting=\"http.bind\"").assert_shows("data-setting=\"database.url\"");
    page.assert_shows("data-refusal").assert_shows("INTAKE__SECURITY__REQUIRE_MFA=true").assert_hides("no database");
    app.stop().await;
}
