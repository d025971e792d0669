//! The loop itself, beside a running server.

use std::time::{Duration, Instant};

use intake::app::App;
use intake::db;
use tokio::sync::watch;

use super::{app_sending_to, outbox, run};
use crate::support::{InquiryFields, Mood, SmtpServer, TestApp};

fn start(app: &TestApp) -> (watch::Sender<bool>, actix_web::rt::task::JoinHandle<anyhow::Result<()>>) {
    let (stop, stopped) = watch::channel(false);
    let own = App { pool: db::pool(&app.database.url, 8), ..app.app.clone() };
    (stop, actix_web::rt::spawn(intake::worker::run(own, stopped)))
}

async fn until(what: &str, mut met: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !met().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn a_mail_goes_out_within_a_second_and_the_worker_stops_when_told() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    let (stop, running) = start(&app);
    app.receipt_of(&InquiryFields::default()).await;
    let begun = Instant::now();
    until("a mail", async || server.received().len() == 1).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    until("its settlement", async || outbox(&app).await[0].0 == "accepted").await;
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.expect("it stops").unwrap().unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn after_an_outage_everything_goes_out_at_once() {
    let server = SmtpServer::start(Mood::Busy).await;
    let app = app_sending_to(&server).await;
    let (stop, running) = start(&app);
    for name in ["Ana", "Ben", "Cleo", "Dan", "Eve", "Finn"] {
        app.receipt_of(&InquiryFields::default().with("name", name)).await;
    }
    until("a first try", async || outbox(&app).await.iter().any(|(state, ..)| state == "deferred")).await;
    let tried = server.connections();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(server.connections() <= tried + 6, "a server that is away is not hammered");
    server.set(Mood::Accept);
    until("all mails", async || outbox(&app).await.iter().all(|(state, ..)| state == "accepted")).await;
    assert_eq!(server.received().len(), 6);
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn a_mail_the_server_never_answers_waits_alone_and_the_next_one_goes_out_at_once() {
    let server = SmtpServer::start(Mood::Ponder).await;
    let app = app_sending_to(&server).await;
    let (stop, running) = start(&app);
    app.receipt_of(&InquiryFields::default()).await;
    until("its verdict", async || outbox(&app).await[0] == ("deferred".to_owned(), Some("silent".to_owned()), 1)).await;
    server.set(Mood::Accept);
    app.receipt_of(&InquiryFields::default().with("name", "Ben")).await;
    until("the next mail", async || outbox(&app).await[1].0 == "accepted").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(outbox(&app).await[0].2, 1, "had it been an outage, the end of it would have brought the first one forward");
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn the_worker_outlives_lost_connections() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    let (stop, running) = start(&app);
    app.receipt_of(&InquiryFields::default()).await;
    until("a mail", async || server.received().len() == 1).await;
    run(
        &app,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    until("an inquiry taken again", async || app.submit(&InquiryFields::default().with("name", "Ben")).await.status == 303).await;
    until("its mail", async || server.received().len() == 2).await;
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn readiness_says_how_long_the_oldest_mail_waits() {
    let app = TestApp::start().await;
    let page = app.client().get("/readyz").await.assert_status(200);
    page.clone().assert_shows("\"database\":\"ok\"").assert_shows("\"outbox_oldest_seconds\":null").assert_shows("\"spool\":0");
    app.receipt_of(&InquiryFields::default()).await;
    run(&app, "UPDATE outbox_messages SET created_at = now() - interval '90 seconds'").await;
    let says = async |words: &str| app.client().get("/readyz").await.assert_status(200).body.contains(words);
    until("the age of the oldest", async || says("\"outbox_oldest_seconds\":9").await).await;
    app.deliver_mail().await;
    until("nothing waits", async || says("\"outbox_oldest_seconds\":null").await).await;
    app.stop().await;
}
