//! F3, F4, F5: whatever the mail server does, inquiries are stored at the same speed, and staff sees that a mail is stuck.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{inquiries, outbox_messages};
use intake::outbox::{self, ClaimToken, Settlement, store};

use super::{app_sending_to, app_with, outbox, run, time_passes};
use crate::support::{InquiryFields, Mood, SmtpServer, TestApp};

/// Stores three inquiries and says how long the slowest took to be answered.
async fn three_inquiries(app: &TestApp) -> Duration {
    let mut slowest = Duration::ZERO;
    for name in ["Ana", "Ben", "Cleo"] {
        let begun = Instant::now();
        app.receipt_of(&InquiryFields::default().with("name", name)).await;
        slowest = slowest.max(begun.elapsed());
    }
    slowest
}

async fn stored(app: &TestApp) -> i64 {
    inquiries::table.count().get_result(&mut app.conn().await).await.unwrap()
}

/// Stores three inquiries, runs the worker's step and looks at the outbox.
async fn all_are_stored_and_wait(app: &TestApp, code: &str) {
    let sending = intake::worker::deliver_once(&app.app);
    let (slowest, _) = tokio::join!(three_inquiries(app), sending);
    assert!(slowest < Duration::from_millis(900), "a submission waited on mail: {slowest:?}");
    assert_eq!(stored(app).await, 3);
    app.deliver_mail().await;
    let waiting = outbox(app).await;
    assert_eq!(waiting.len(), 3);
    for (state, reply, _) in waiting {
        assert_eq!((state.as_str(), reply.as_deref()), ("deferred", Some(code)));
    }
}

#[actix_web::test]
async fn with_a_mail_server_that_is_down_all_are_stored_and_mails_go_out_when_it_is_back() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let app = app_with(&format!("smtp://{address}")).await;
    all_are_stored_and_wait(&app, "connect").await;

    let server = SmtpServer::on(tokio::net::TcpListener::bind(address).await.unwrap(), Mood::Accept);
    time_passes(&app).await;
    assert_eq!(app.deliver_mail().await, 3);
    assert_eq!(server.received().len(), 3);
    assert!(outbox(&app).await.iter().all(|(state, ..)| state == "accepted"));
    app.stop().await;
}

#[actix_web::test]
async fn with_a_mail_server_that_says_nothing_all_are_stored_and_mails_wait() {
    let app = app_sending_to(&SmtpServer::start(Mood::Silent).await).await;
    all_are_stored_and_wait(&app, "timeout").await;
    app.stop().await;
}

#[actix_web::test]
async fn with_a_busy_mail_server_all_are_stored_and_mails_wait() {
    let app = app_sending_to(&SmtpServer::start(Mood::Busy).await).await;
    all_are_stored_and_wait(&app, "421").await;
    app.stop().await;
}

#[actix_web::test]
async fn a_host_that_does_not_exist_makes_mails_wait() {
    let app = app_with("smtp://mail.invalid:25").await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    let (state, code, _) = outbox(&app).await.remove(0);
    assert_eq!(state, "deferred");
    assert!(matches!(code.as_deref(), Some("connect" | "timeout")), "{code:?}");
    app.stop().await;
}

#[actix_web::test]
async fn without_starttls_nothing_is_sent_in_clear_text() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_with(&format!("{}?tls=required", server.url)).await;
    all_are_stored_and_wait(&app, "tls").await;
    assert!(server.received().is_empty());
    assert!(server.commands().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{:?}", server.commands());
    let app_tls = app_with(&server.url.replace("smtp://", "smtps://")).await;
    app_tls.receipt_of(&InquiryFields::default()).await;
    app_tls.deliver_mail().await;
    assert_eq!(outbox(&app_tls).await[0].0, "deferred");
    assert!(server.received().is_empty());
    app_tls.stop().await;
    app.stop().await;
}

#[actix_web::test]
async fn a_greylisted_mail_is_retried_until_it_is_taken() {
    let server = SmtpServer::start(Mood::Greylist(3)).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&InquiryFields::default()).await;
    for tries in 1..=3 {
        app.deliver_mail().await;
        assert_eq!(outbox(&app).await, [("deferred".to_owned(), Some("450".to_owned()), tries)]);
        time_passes(&app).await;
    }
    app.deliver_mail().await;
    assert_eq!(outbox(&app).await, [("accepted".to_owned(), None, 4)]);
    assert_eq!(server.received().len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_refused_mail_is_bounced_kept_and_shown_until_the_recipient_gets_another() {
    let server = SmtpServer::start(Mood::Refuse).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    assert_eq!(outbox(&app).await, [("bounced".to_owned(), Some("550".to_owned()), 1)], "the code, not the server's words");
    let mut conn = app.conn().await;
    let trouble = outbox::trouble(&mut conn, 10).await.unwrap().expect("trouble");
    assert_eq!((trouble.undeliverable, trouble.waiting), (1, 0));

    server.set(Mood::Accept);
    app.receipt_of(&InquiryFields::default().with("name", "Ben")).await;
    app.deliver_mail().await;
    assert_eq!(outbox::trouble(&mut conn, 10).await.unwrap(), None);
    assert_eq!(outbox(&app).await.len(), 2, "nothing is deleted because mail went out");
    app.stop().await;
}

#[actix_web::test]
async fn a_mail_cut_off_before_the_last_word_is_sent_again_with_the_same_message_id() {
    let server = SmtpServer::start(Mood::CutAfterData(1)).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    assert_eq!(outbox(&app).await, [("deferred".to_owned(), Some("dropped".to_owned()), 1)]);
    time_passes(&app).await;
    app.deliver_mail().await;
    assert_eq!(outbox(&app).await, [("accepted".to_owned(), None, 2)]);
    let ids: Vec<String> = server.received().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0].ends_with("@example.org>") && ids[0] == ids[1], "{ids:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_mail_that_waits_too_long_shows_and_one_that_waits_for_days_is_dead() {
    let server = SmtpServer::start(Mood::Busy).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    let mut conn = app.conn().await;
    assert_eq!(outbox::trouble(&mut conn, 10).await.unwrap(), None, "not yet");

    run(&app, "UPDATE outbox_messages SET created_at = now() - interval '11 minutes'").await;
    let trouble = outbox::trouble(&mut conn, 10).await.unwrap().expect("trouble");
    assert_eq!((trouble.undeliverable, trouble.waiting), (0, 1));
    assert!(trouble.waiting_since.is_some());

    run(&app, "UPDATE outbox_messages SET created_at = now() - interval '73 hours'").await;
    time_passes(&app).await;
    app.deliver_mail().await;
    assert_eq!(outbox(&app).await[0].0, "dead");
    let trouble = outbox::trouble(&mut conn, 10).await.unwrap().expect("trouble");
    assert_eq!((trouble.undeliverable, trouble.waiting), (1, 0));
    app.stop().await;
}

#[actix_web::test]
async fn a_worker_that_slept_past_its_lease_changes_nothing() {
    let app = TestApp::start().await;
    app.receipt_of(&InquiryFields::default()).await;
    let mut conn = app.conn().await;
    let (sleeper, other) = (ClaimToken::random(), ClaimToken::random());
    let taken = outbox::claim(&mut conn, sleeper, 4, 120).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert!(outbox::claim(&mut conn, other, 4, 120).await.unwrap().is_empty(), "one holder at a time");

    run(&app, "UPDATE outbox_messages SET claimed_until = now() - interval '1 second'").await;
    let again = outbox::claim(&mut conn, other, 4, 120).await.unwrap();
    assert_eq!((again[0].id, again[0].attempts), (taken[0].id, 2));
    let late = Settlement::Bounced { code: "550".to_owned() };
    assert_eq!(store::settle(&mut conn, &[taken[0].id], sleeper, &late).await.unwrap(), 0);
    assert_eq!(store::settle(&mut conn, &[taken[0].id], other, &Settlement::Accepted).await.unwrap(), 1);
    assert_eq!(outbox(&app).await[0].0, "accepted");
    assert_eq!(store::settle(&mut conn, &[taken[0].id], other, &late).await.unwrap(), 0, "settled is settled");
    let held: i64 =
        outbox_messages::table.filter(outbox_messages::claim_token.is_not_null()).count().get_result(&mut conn).await.unwrap();
    assert_eq!(held, 0);
    app.stop().await;
}
