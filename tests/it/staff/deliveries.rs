//! The page of mails: states, another try, a test mail.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, outbox_messages};
use intake::mail::{Deadlines, Mailer};
use intake::values::Role;

use crate::support::{InquiryFields, Mood, Settings, SmtpServer, TestApp};

async fn start(mood: Mood) -> (TestApp, SmtpServer) {
    let server = SmtpServer::start(mood).await;
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    (TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await, server)
}

async fn states(app: &TestApp) -> Vec<String> {
    outbox_messages::table.order(outbox_messages::id).select(outbox_messages::state).load(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn a_refused_mail_is_shown_with_the_servers_code_never_its_words_and_can_be_tried_again() {
    let (app, server) = start(Mood::Refuse).await;
    app.receipt_of(&InquiryFields::default().with("email", "june@example.org").with("acknowledge", "yes")).await;
    app.deliver_mail().await;
    let admin = app.administrator().await;
    let page = admin.get("/staff/deliveries?show=stuck").await.assert_status(200);
    let page = page.assert_shows("the mail server refused it (550)").assert_shows("Refused").assert_shows("See which mails");
    assert!(!page.body.contains("june@example.org") && !page.body.contains("June"), "{}", page.body);
    server.set(Mood::Accept);
    let id = page.attribute("data-message").unwrap();
    admin.post(&format!("/staff/deliveries/{id}/retry"), &[]).await.assert_status(303);
    assert_eq!(app.deliver_mail().await, 1);
    assert!(states(&app).await.contains(&"accepted".to_owned()));
    admin.post(&format!("/staff/deliveries/{id}/retry"), &[]).await.assert_status(404);
    let traces: i64 = audit_events::table
        .filter(audit_events::action.eq("mail.retried"))
        .count()
        .get_result(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(traces, 1);
    app.stop().await;
}

#[actix_web::test]
async fn f4_what_waits_is_made_due_by_one_press() {
    let (app, server) = start(Mood::Busy).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    let admin = app.administrator().await;
    let page = admin.get("/staff/deliveries?show=waiting").await.assert_status(200);
    page.assert_shows("Waits for another try").assert_shows("asks to try later (421)");
    server.set(Mood::Accept);
    assert_eq!(app.deliver_mail().await, 0, "not due yet");
    admin.post("/staff/deliveries/retry", &[]).await.assert_status(303);
    assert_eq!(app.deliver_mail().await, 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_test_mail_really_goes_out_to_the_administrator() {
    let (app, server) = start(Mood::Accept).await;
    let admin = app.administrator().await;
    let sent = admin.post("/staff/deliveries/test", &[]).await.assert_status(303);
    admin.get(sent.location()).await.assert_status(200).assert_shows("On its way").assert_shows("Test mail");
    assert_eq!(app.deliver_mail().await, 1);
    let mail = &server.received()[0];
    assert_eq!(mail.to, ["ada@example.org"]);
    assert!(mail.header("Subject").starts_with("Test mail from Intake"));
    admin.get("/staff/deliveries?show=accepted").await.assert_shows("Taken by the mail server");
    let cora = app.signed_in("cora", &[Role::Coordinator, Role::Manager]).await;
    cora.get("/staff/deliveries").await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn where_mails_are_files_in_a_folder_the_page_says_so_and_speaks_of_no_mail_server() {
    let folder = std::env::temp_dir().join(format!("intake-mail-{}", uuid::Uuid::new_v4().simple()));
    let mailer = Mailer::folder("Elevate admissions <hello@example.org>", &folder).unwrap();
    let app = TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await;
    let admin = app.administrator().await;
    admin.post("/staff/deliveries/test", &[]).await.assert_status(303);
    assert_eq!(app.deliver_mail().await, 1);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    let page = admin.get("/staff/deliveries?show=accepted").await.assert_shows("Written to the mail folder");
    page.assert_hides("Taken by the mail server");
    std::fs::remove_dir_all(folder).unwrap();
    app.stop().await;
}
