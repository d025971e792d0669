//! From the inquiry to the admission, and what the inquirer sees of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::leads;
use intake::values::Modality;

use super::{attempt, lead, lead_of, open, program, standing, times, trace};
use crate::support::{InquiryFields, TestApp};

fn stand(stage: &str, outcome: &str, version: i32) -> (String, String, String, i32) {
    (stage.to_owned(), outcome.to_owned(), String::new(), version)
}

#[actix_web::test]
async fn a_lead_walks_from_the_inquiry_to_the_admission() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let house = program(&app, Modality::Inpatient, 2, &[]).await;
    let cora = app.coordinator().await;
    assert_eq!(standing(&cora, &reference).await, stand("new", "", 1));
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await, stand("new", "", 2));
    attempt(&cora, &reference, "call", "no_answer").await;
    assert_eq!(standing(&cora, &reference).await, stand("attempting_contact", "", 3));
    assert_eq!(times(&app, &reference).await, (true, false, false, 1));
    attempt(&cora, &reference, "call", "spoke_inquirer").await;
    assert_eq!(standing(&cora, &reference).await, stand("contacted", "", 4));
    assert_eq!(times(&app, &reference).await, (true, true, false, 2));
    cora.act(&reference, "routing", &[("program", &house)]).await.assert_status(303);
    cora.act(&reference, "stage", &[("to", "assessment")]).await.assert_status(303);
    cora.act(&reference, "stage", &[("to", "waitlisted")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await, stand("waitlisted", "", 7));
    cora.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await, stand("scheduled", "", 8));
    cora.act(&reference, "closure", &[("outcome", "admitted")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await, stand("scheduled", "admitted", 9));
    assert_eq!(times(&app, &reference).await, (true, true, true, 2));
    let actions = trace(&app, &reference).await;
    let changes: Vec<&str> = actions.iter().map(String::as_str).filter(|action| *action != "lead.viewed").collect();
    let routed = ["lead.changed"; 5];
    let mut expected = vec!["lead.claimed", "lead.attempt", "lead.attempt"];
    expected.extend(routed);
    assert!(changes.ends_with(&expected), "{actions:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_first_conversation_is_the_first_attempt_too_and_neither_time_moves_again() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    attempt(&cora, &reference, "call", "spoke_prospect").await;
    assert_eq!(standing(&cora, &reference).await, stand("contacted", "", 2));
    assert_eq!(times(&app, &reference).await, (true, true, false, 1));
    let before = first_times(&app, &reference).await;
    attempt(&cora, &reference, "call", "spoke_other").await;
    assert_eq!(first_times(&app, &reference).await, before);
    app.stop().await;
}

type Times = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

async fn first_times(app: &TestApp, reference: &str) -> Times {
    let row = leads::table.filter(leads::reference.eq(reference)).select((leads::first_attempt_at, leads::first_contact_at));
    row.first(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn the_receipt_follows_the_lead_and_names_nobody() {
    let app = TestApp::start().await;
    let code = app.receipt_of(&InquiryFields::default()).await;
    let page = app.coordinator().await;
    let queue = page.get("/staff/leads").await;
    let reference = queue.attribute("data-reference").expect("the lead");
    let house = program(&app, Modality::Outpatient, 2, &[]).await;
    let present = async || {
        let page =
            app.client().get(&format!("/receipts/{code}")).await.assert_status(200).assert_hides("June").assert_hides("Cora");
        let (_, rest) = page.body.split_once("aria-current=\"step\"").expect("a present step");
        rest.split_once("<b>").unwrap().1.split_once("</b>").unwrap().0.to_owned()
    };
    let mut steps = vec![present().await];
    page.act(&reference, "claim", &[]).await.assert_status(303);
    steps.push(present().await);
    attempt(&page, &reference, "call", "no_answer").await;
    steps.push(present().await);
    super::assess(&page, &reference).await;
    steps.push(present().await);
    page.act(&reference, "routing", &[("program", &house)]).await.assert_status(303);
    page.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(303);
    steps.push(present().await);
    let unique: std::collections::HashSet<&String> = steps.iter().collect();
    assert_eq!(unique.len(), 5, "{steps:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_lost_lead_that_is_reopened_keeps_its_history_and_gets_a_new_clock() {
    let app = TestApp::start().await;
    let reference = lead_of(&app, &InquiryFields::default().with("name", "Wren Marsh")).await;
    let (cora, mara) = (app.coordinator().await, app.manager().await);
    cora.act(&reference, "notes", &[("body", "Sister will call back.")]).await.assert_status(303);
    cora.act(&reference, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    open(&mara, &reference).await.assert_shows("Sister will call back.").assert_shows("Reopen");
    mara.act(&reference, "reopening", &[]).await.assert_status(303);
    assert_eq!(standing(&mara, &reference).await, stand("attempting_contact", "", 4));
    open(&cora, &reference).await.assert_shows("Sister will call back.");
    cora.get("/staff/leads").await.assert_shows("Wren Marsh");
    app.stop().await;
}

#[actix_web::test]
async fn a_follow_up_is_promised_in_local_time_and_kept() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let soon = (Utc::now() + chrono::Duration::days(2)).format("%Y-%m-%dT10:30").to_string();
    let fields = [("due_at", soon.as_str()), ("body", "Ask about the dates")];
    cora.act(&reference, "follow-ups", &fields).await.assert_status(303);
    let page = open(&cora, &reference).await.assert_shows("Ask about the dates").assert_shows("10:30");
    let (_, rest) = page.body.split_once("/follow-ups/").expect("a form");
    let (id, _) = rest.split_once("/done").expect("an id");
    cora.act(&reference, &format!("follow-ups/{id}/done"), &[]).await.assert_status(303);
    open(&cora, &reference).await.assert_hides(&format!("{id}/done"));
    app.stop().await;
}
