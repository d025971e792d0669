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

#[actix_web::test]
async fn f1_one_press_closes_one_as_spam_and_it_keeps_its_page() {
    let app = TestApp::start().await;
    app.submit(&InquiryFields::default().with("reference_note", "x")).await.assert_status(303);
    let client = app.coordinator().await;
    let reference = references(&client.get("/staff/quarantine").await.body).remove(0);
    let spam = format!("/staff/leads/{reference}/quarantine/spam");
    client.post(&spam, &[("version", "7")]).await.assert_status(409).assert_shows(&reference);
    client.post(&spam, &[("version", "1")]).await.assert_status(303);
    client.get("/staff/quarantine").await.assert_hides("data-reference");
    let page = client.get(&format!("/staff/leads/{reference}")).await.assert_status(200);
    assert_eq!(page.attribute("data-outcome").unwrap(), "invalid");
    client.post("/staff/leads/EL-000000/quarantine/spam", &[("version", "1")]).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn f23_a_flood_folds_into_one_row_is_closed_as_one_and_a_real_inquiry_stays() {
    let app = TestApp::start().await;
    for at in 0..8 {
        let spam = InquiryFields::default().with("name", format!("Cheap Pills {at}")).with("reference_note", "x");
        app.submit(&spam).await.assert_status(303);
    }
    let run = async |sql: &str| diesel::sql_query(sql).execute(&mut app.conn().await).await.unwrap();
    run("UPDATE leads SET received_at = date_bin('10 minutes', now() - interval '1 hour', TIMESTAMPTZ 'epoch') + interval '1 minute'").await;
    app.submit(&InquiryFields::default().with("name", "Real Person").with("reference_note", "autofilled")).await.assert_status(303);
    let client = app.coordinator().await;
    let page = client.get("/staff/quarantine").await.assert_shows("8 at once").assert_shows("Close all 8 as spam");
    let page = page.assert_shows("Cheap Pills 3").assert_shows("Real Person");
    assert_eq!(references(&page.body).len(), 9, "each is still there to be looked at");
    let field = |name: &str| page.attribute(&format!("name=\"{name}\" value")).unwrap();
    let (fold, until) = (field("fold"), field("until"));
    for bad in [("fold", "trap.x"), ("fold", "")] {
        client.post("/staff/quarantine/spam", &[bad, ("until", &until)]).await.assert_status(404);
    }
    run("UPDATE leads SET received_at = received_at + interval '1 minute' WHERE id = (SELECT id FROM leads WHERE received_at < now() - interval '30 minutes' LIMIT 1)").await;
    client.post("/staff/quarantine/spam", &[("fold", &fold), ("until", &until)]).await.assert_status(303);
    let page = client.get("/staff/quarantine").await.assert_hides("at once").assert_shows("Real Person");
    assert_eq!(references(&page.body).len(), 2, "what came after the person looked is not closed unseen");
    let closed = client.get("/staff/leads?view=closed").await;
    assert_eq!(references(&closed.body).len(), 7, "nothing is deleted");
    app.stop().await;
}
