//! Every connection of the staff side is taken by a query that hangs: the form has connections of its own.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use futures_util::future::join_all;
use intake::values::Role;

use crate::support::{InquiryFields, TestApp};

#[actix_web::test]
async fn a_staff_side_whose_every_connection_hangs_keeps_no_inquiry_waiting() {
    let app = TestApp::start().await;
    let client = app.signed_in("olga", &[Role::Coordinator, Role::Manager]).await;
    client.get("/staff/snippets").await.assert_status(200);
    let mut holder = app.conn().await;
    // Nothing of the form's; a staff page that wants it waits for its lock time-out.
    holder.batch_execute("BEGIN; LOCK TABLE snippets IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let asked = Instant::now();
    let pages: Vec<_> = (0..40)
        .map(|_| {
            let client = client.clone();
            actix_web::rt::spawn(async move {
                let page = client.get("/staff/snippets").await;
                (page.status, page.header("retry-after").to_owned())
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut slowest = Duration::ZERO;
    for at in 0..30 {
        let fields = InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
        let begun = Instant::now();
        app.client().get("/").await.assert_status(200);
        app.receipt_of(&fields).await;
        slowest = slowest.max(begun.elapsed());
    }
    assert!(slowest < Duration::from_millis(1_500), "an inquiry waited for staff: {slowest:?}");
    let told: Vec<(u16, String)> = join_all(pages).await.into_iter().map(Result::unwrap).collect();
    assert!(told.iter().all(|(status, again)| (*status, again.as_str()) == (503, "5")), "{told:?}");
    assert!(asked.elapsed() < Duration::from_secs(30), "they were told after {:?}", asked.elapsed());
    holder.batch_execute("ROLLBACK").await.unwrap();
    client.get("/staff/snippets").await.assert_status(200);
    app.stop().await;
}
