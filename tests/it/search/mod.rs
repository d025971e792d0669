//! The directory hears of inquiries by itself.

mod bounds;

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use intake::leads::directory::Directory;

use crate::support::{InquiryFields, TestApp};

/// Waits until `done`, and says how long that took.
async fn wait_until(what: &str, done: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    start.elapsed()
}

fn directory(app: &TestApp) -> Arc<Directory> {
    Directory::start(&app.database.url, app.app.keys.clone())
}

#[actix_web::test]
async fn a_search_sees_an_inquiry_within_a_second() {
    let app = TestApp::start().await;
    let directory = directory(&app);
    wait_until("the first reading ends", || directory.is_complete()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.receipt_of(&InquiryFields::default().with("name", "Sørina Núñez")).await;
    let took = wait_until("the inquiry is found", || !directory.search("sorina nunez", 5).is_empty()).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    app.stop().await;
}

#[actix_web::test]
async fn what_was_there_before_the_start_is_read_in_the_background() {
    let app = TestApp::start().await;
    app.receipt_of(&InquiryFields::default().with("email", "june@example.org")).await;
    let directory = directory(&app);
    wait_until("the first reading ends", || directory.is_complete()).await;
    for term in ["hollis", "5550117", "june@example"] {
        assert_eq!(directory.search(term, 5).len(), 1, "{term}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_lost_connection_is_made_again_and_nothing_is_missed() {
    let app = TestApp::start().await;
    let directory = directory(&app);
    wait_until("the first reading ends", || directory.is_complete()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let cut =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.conn().await.batch_execute(cut).await.unwrap();
    app.receipt_of(&InquiryFields::default().with("name", "While Away")).await;
    wait_until("the inquiry is found", || !directory.search("while away", 5).is_empty()).await;
    app.stop().await;
}
