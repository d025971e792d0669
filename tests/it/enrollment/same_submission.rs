//! Exactly once: what counts as the same submission, and what does not.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use intake::db::schema::inquiries;

use crate::support::{InquiryFields, TestApp};

async fn stored(conn: &mut AsyncPgConnection) -> i64 {
    inquiries::table.count().get_result(conn).await.unwrap()
}

#[actix_web::test]
async fn fifty_parallel_posts_of_one_submission_are_one_inquiry_with_fifty_identical_receipts() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default();
    let receipts = join_all((0..50).map(|_| app.receipt_of(&fields))).await;
    assert!(receipts.iter().all(|receipt| receipt == &receipts[0]));
    assert_eq!(stored(&mut app.conn().await).await, 1);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_key_with_other_content_is_an_inquiry_of_its_own() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default();
    let first = app.receipt_of(&fields).await;
    let other = app.receipt_of(&fields.clone().with("message", "One more thing")).await;
    assert_ne!(first, other);
    assert_eq!(stored(&mut app.conn().await).await, 2);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_content_within_ten_minutes_is_the_same_submission_whatever_the_key() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default();
    let first = app.receipt_of(&fields).await;
    assert_eq!(app.receipt_of(&fields.clone().with("submission_key", uuid::Uuid::new_v4().to_string())).await, first);
    assert_eq!(app.receipt_of(&fields.clone().without("submission_key")).await, first);
    assert_eq!(stored(&mut app.conn().await).await, 1);
    app.stop().await;
}

#[actix_web::test]
async fn after_ten_minutes_only_the_same_key_makes_it_the_same() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default();
    let first = app.receipt_of(&fields).await;
    let mut conn = app.conn().await;
    conn.batch_execute("UPDATE inquiries SET received_at = received_at - interval '11 minutes'").await.unwrap();
    assert_eq!(app.receipt_of(&fields).await, first, "same key and content, at any time");
    let later = app.receipt_of(&fields.clone().with("submission_key", uuid::Uuid::new_v4().to_string())).await;
    assert_ne!(later, first, "another key, eleven minutes later");
    assert_eq!(stored(&mut conn).await, 2);
    app.stop().await;
}

#[actix_web::test]
async fn different_people_at_the_same_moment_all_get_their_own_receipt() {
    let app = TestApp::start().await;
    let receipts = join_all((0..200).map(|at| {
        let fields = InquiryFields::default().with("name", format!("Person {at}"));
        let app = &app;
        async move { app.receipt_of(&fields).await }
    }))
    .await;
    let different: std::collections::HashSet<_> = receipts.iter().collect();
    assert_eq!(different.len(), 200);
    assert_eq!(stored(&mut app.conn().await).await, 200);
    app.stop().await;
}
