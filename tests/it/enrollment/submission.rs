//! The form's target: what is answered is stored, and nothing is refused that a person in need would send.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, inquiries, leads, outbox_messages};
use intake::inquiries::{Contact, Message};
use intake::sealing::Sealed;
use uuid::Uuid;

use crate::support::{InquiryFields, Settings, TestApp};

type SealedRow = (Uuid, Sealed<Contact>, Sealed<Message>);

#[actix_web::test]
async fn an_answered_inquiry_is_stored_sealed_with_its_lead_its_mail_and_its_trace() {
    let mut settings = Settings::default();
    settings.config.notify.recipients = vec!["admissions@example.org".into()];
    let app = TestApp::start_with(settings).await;
    let receipt = app.receipt_of(&InquiryFields::default().with("message", "Mornings are bad.")).await;
    assert_eq!(receipt.len(), 16);

    let mut conn = app.conn().await;
    let (id, contact, message): SealedRow =
        inquiries::table.select((inquiries::id, inquiries::contact, inquiries::message)).first(&mut conn).await.unwrap();
    let contact = app.app.keys.open(id, &contact).unwrap();
    assert_eq!(contact.name.reveal(), "June Hollis");
    assert_eq!(app.app.keys.open(id, &message).unwrap().0.reveal(), "Mornings are bad.");

    let (stage, hold, version): (String, Option<String>, i32) =
        leads::table.select((leads::stage, leads::hold, leads::version)).first(&mut conn).await.unwrap();
    assert_eq!((stage.as_str(), hold, version), ("new", None, 1));
    assert_eq!(outbox_messages::table.count().get_result::<i64>(&mut conn).await.unwrap(), 1);
    let actions: Vec<String> = audit_events::table.select(audit_events::action).load(&mut conn).await.unwrap();
    assert_eq!(actions, ["inquiry.received"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_filled_trap_is_answered_like_any_other_and_waits_in_quarantine() {
    let app = TestApp::start().await;
    app.receipt_of(&InquiryFields::default().with("reference_note", "buy now")).await;
    let mut conn = app.conn().await;
    let held: (Option<String>, Option<String>) =
        leads::table.select((leads::hold, leads::quarantine_reason)).first(&mut conn).await.unwrap();
    assert_eq!(held, (Some("quarantined".into()), Some("trap".into())));
    app.stop().await;
}

#[actix_web::test]
async fn past_the_limits_inquiries_are_stored_as_quarantined_and_nothing_is_refused() {
    let mut settings = Settings::default();
    settings.config.limits.inquiries_per_minute = 3;
    settings.config.limits.total_per_minute = 100;
    let app = TestApp::start_with(settings).await;
    for at in 0..5 {
        app.receipt_of(&InquiryFields::default().with("name", format!("Person {at}"))).await;
    }
    let mut conn = app.conn().await;
    let held: i64 = leads::table.filter(leads::quarantine_reason.eq("address_limit")).count().get_result(&mut conn).await.unwrap();
    assert_eq!(held, 2);
    app.stop().await;
}

#[actix_web::test]
async fn errors_come_back_all_at_once_with_every_answer_kept() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default()
        .without("who_for")
        .with("phone", "555 01")
        .with("email", "")
        .with("message", "I was <b>here</b> & wrote this")
        .with("how_soon", "this_week");
    let page = app.submit(&fields).await.assert_status(422);
    let page = page.assert_shows("555 01").assert_shows("June Hollis").assert_shows("I was &#60;b&#62;here");
    assert!(page.body.contains("<title>Error: "));
    let mut conn = app.conn().await;
    assert_eq!(inquiries::table.count().get_result::<i64>(&mut conn).await.unwrap(), 0);
    app.stop().await;
}

#[actix_web::test]
async fn names_and_numbers_others_refuse_are_taken_as_typed() {
    let app = TestApp::start().await;
    for (name, phone) in
        [("J'Marcus", "(555) 866-8404 x12"), ("Müller", "831.555.0117"), ("李小龙", "+49 30 901820"), ("👋🏽", "5550117")]
    {
        app.receipt_of(&InquiryFields::default().with("name", name).with("phone", phone)).await;
    }
    let mut conn = app.conn().await;
    let rows: Vec<(Uuid, Sealed<Contact>)> =
        inquiries::table.select((inquiries::id, inquiries::contact)).order(inquiries::id).load(&mut conn).await.unwrap();
    let names: Vec<_> =
        rows.iter().map(|(id, contact)| app.app.keys.open(*id, contact).unwrap().name.reveal().to_owned()).collect();
    assert_eq!(names, ["J'Marcus", "Müller", "李小龙", "👋🏽"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_receipt_page_says_how_far_it_got_and_nothing_about_the_person() {
    let app = TestApp::start().await;
    let receipt = app.receipt_of(&InquiryFields::default().with("program", "inpatient")).await;
    let page = app.client().get(&format!("/receipts/{receipt}")).await.assert_status(200);
    page.assert_shows(&receipt).assert_hides("June").assert_hides("npatient").assert_hides("0117");
    let sloppy = receipt.to_lowercase().replace('-', "");
    app.client().get(&format!("/receipts/{sloppy}")).await.assert_status(200);
    app.client().get("/receipts/0000-0000-0000-0").await.assert_status(404);
    app.stop().await;
}
