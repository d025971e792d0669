//! F23: notifications collapse, storage does not.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::inquiries;
use intake::leads::escalation;
use intake::mail::Mailer;

use super::{impatient, outbox, run};
use crate::support::{InquiryFields, Mood, Settings, SmtpServer, TestApp};

async fn app_collapsing_above(server: &SmtpServer, above: u32) -> TestApp {
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", impatient()).unwrap();
    let mut settings = Settings { mailer: Some(mailer), ..Settings::default() };
    settings.config.notify.collapse_above_per_minute = above;
    settings.config.notify.recipients = vec!["one@example.org".into(), "two@example.org".into()];
    TestApp::start_with(settings).await
}

async fn submit(app: &TestApp, from: usize, to: usize) {
    for at in from..to {
        let fields = InquiryFields::default().with("name", format!("Person {at}")).with("phone", format!("(831) 555-01{at:02}"));
        app.receipt_of(&fields).await;
    }
}

#[actix_web::test]
async fn one_mail_stands_for_many_and_all_of_them_are_settled() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_collapsing_above(&server, 5).await;
    submit(&app, 0, 12).await;
    assert_eq!(app.deliver_mail().await, 2, "one mail to each recipient");
    let mails = server.received();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Subject"), "12 new inquiries");
    assert!(mails[0].data.contains("/staff/leads"));
    let all = outbox(&app).await;
    assert_eq!(all.len(), 24);
    assert!(all.iter().all(|(state, ..)| state == "accepted"));
    assert_eq!(inquiries::table.count().get_result::<i64>(&mut app.conn().await).await.unwrap(), 12);

    submit(&app, 12, 15).await;
    assert_eq!(app.deliver_mail().await, 0, "while the flood lasts, what follows gathers for some seconds");
    run(&app, "UPDATE outbox_messages SET settled_at = settled_at - interval '15 seconds' WHERE settled_at IS NOT NULL").await;
    run(&app, "UPDATE outbox_messages SET next_attempt_at = now() WHERE settled_at IS NULL").await;
    assert_eq!(app.deliver_mail().await, 2);
    assert_eq!(server.received()[2].header("Subject"), "3 new inquiries");
    app.stop().await;
}

#[actix_web::test]
async fn up_to_the_limit_everybody_gets_a_mail_each() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_collapsing_above(&server, 5).await;
    submit(&app, 0, 5).await;
    assert_eq!(app.deliver_mail().await, 10);
    assert!(server.received().iter().all(|mail| mail.header("Subject").starts_with("New inquiry EL-")));
    assert!(server.connections() <= 4, "connections are used again");
    app.stop().await;
}

#[actix_web::test]
async fn f23_escalations_collapse_in_a_flood_and_each_is_settled() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_collapsing_above(&server, 5).await;
    app.coordinator().await;
    submit(&app, 0, 12).await;
    run(&app, "DELETE FROM outbox_messages").await;
    let mut config = (*app.app.config).clone();
    config.facility.staffed_hours = None;
    let late = Utc::now() + Duration::minutes(i64::from(config.notify.promise_minutes));
    let climbed = escalation::climb(&mut app.conn().await, &config, &[], late - Duration::minutes(1)).await.unwrap();
    assert_eq!(climbed, 12, "every promise climbs by itself");
    assert_eq!(app.deliver_mail().await, 1, "and one mail stands for all of them");
    let mails = server.received();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].header("Subject"), "12 inquiries wait for first contact");
    assert!(mails[0].data.contains("/staff/leads") && !mails[0].data.contains("Person"));
    let all = outbox(&app).await;
    assert!(all.len() == 12 && all.iter().all(|(state, ..)| state == "accepted"), "{all:?}");
    app.stop().await;
}
