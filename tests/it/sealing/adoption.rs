//! The public role seals and opens nothing; the worker adopts.

use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::inquiries;
use intake::inquiries::adoption::adopt_batch;
use intake::inquiries::{Contact, Message};
use intake::sealing::{Keys, Sealed};
use intake::server::ServeRole;
use uuid::Uuid;

use crate::support::{InquiryFields, Settings, TestApp};

type Row = (Uuid, bool, Sealed<Contact>, Sealed<Message>);

async fn rows(app: &TestApp) -> Vec<Row> {
    inquiries::table
        .order(inquiries::id)
        .select((inquiries::id, inquiries::adopted, inquiries::contact, inquiries::message))
        .load(&mut app.conn().await)
        .await
        .unwrap()
}

async fn public_app() -> TestApp {
    let keys = Arc::new(Keys::for_tests_public());
    TestApp::start_with(Settings { role: ServeRole::Public, keys, ..Settings::default() }).await
}

#[actix_web::test]
async fn what_the_public_role_took_the_worker_adopts_and_nobody_else_opens() {
    let app = public_app().await;
    app.receipt_of(&InquiryFields::default().with("message", "I need help")).await;
    let (id, adopted, contact, _) = rows(&app).await.remove(0);
    assert!(!adopted);
    assert!(Keys::for_tests_public().open(id, &contact).is_err());

    let staff = Keys::for_tests();
    let done = adopt_batch(&mut app.conn().await, &staff, None).await.unwrap();
    assert_eq!((done.done, done.unopened.len(), done.next), (1, 0, None));
    let (id, adopted, after, message) = rows(&app).await.remove(0);
    assert!(adopted);
    assert_ne!(after.envelope(), contact.envelope());
    assert_eq!(staff.open(id, &after).unwrap().name.reveal(), "June Hollis");
    assert_eq!(staff.open(id, &message).unwrap().0.reveal(), "I need help");
    assert_eq!(adopt_batch(&mut app.conn().await, &staff, None).await.unwrap().done, 0);
    app.stop().await;
}

#[actix_web::test]
async fn a_damaged_inquiry_is_named_and_holds_up_no_other() {
    let app = public_app().await;
    for name in ["June", "Ada", "Sam"] {
        app.receipt_of(&InquiryFields::default().with("name", name)).await;
    }
    let (damaged, _, contact, _) = rows(&app).await.remove(0);
    let mut bytes = contact.envelope().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let mut conn = app.conn().await;
    diesel::update(inquiries::table.find(damaged)).set(inquiries::contact.eq(bytes)).execute(&mut conn).await.unwrap();
    let done = adopt_batch(&mut conn, &Keys::for_tests(), None).await.unwrap();
    assert_eq!(done.done, 2);
    assert_eq!(done.unopened.iter().map(|id| id.uuid()).collect::<Vec<_>>(), [damaged]);
    drop(conn);
    app.stop().await;
}
