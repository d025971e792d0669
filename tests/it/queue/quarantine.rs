//! F1: what looks like spam is stored, thanked, and one click from the queue.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::outbox_messages;

use super::references;
use crate::support::{InquiryFields, Settings, TestApp};

async fn notified(app: &TestApp) -> i64 {
    let rows = outbox_messages::table.filter(outbox_messages::kind.eq("new_inquiry"));
    rows.select(count_star()).first(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn a_filled_trap_waits_in_quarantine_and_its_release_tells_everybody() {
    let mut settings = Settings::default();
    settings.config.notify.recipients = vec!["front@example.org".into()];
    let app = TestApp::start_with(settings).await;
    app.submit(&InquiryFields::default().with("reference_note", "autofilled")).await.assert_status(303);
    let client = app.coordinator().await;
    client.get("/staff/leads").await.assert_hides("data-reference");
    let page = client.get("/staff/quarantine").await.assert_shows("June Hollis").assert_shows("The field people cannot see");
    let reference = references(&page.body).remove(0);
    assert_eq!(notified(&app).await, 0, "quarantine tells nobody");
    let release = format!("/staff/leads/{reference}/quarantine/release");
    let stale = client.post(&release, &[("version", "9")]).await.assert_status(409);
    assert_eq!(references(&stale.body), std::slice::from_ref(&reference));
    client.post(&release, &[("version", "1")]).await.assert_status(303);
    client.post(&release, &[("version", "1")]).await.assert_status(303);
    assert_eq!(notified(&app).await, 2, "the configured address and the coordinator, once each, however often it is pressed");
    client.get("/staff/quarantine").await.assert_hides("data-reference").assert_shows("Nothing waits here.");
    assert_eq!(references(&client.get("/staff/leads").await.body), [reference]);
    client.post("/staff/leads/EL-000000/quarantine/release", &[("version", "1")]).await.assert_status(404);
    app.stop().await;
}
