//! The life of a lead, through the pages.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, leads};
use intake::programs::{NewLocation, NewProgram, store};
use intake::values::Modality;

use crate::support::{Client, InquiryFields, Page, TestApp};

mod assessment;
mod claims;
mod conflicts;
mod cycle;
mod duplicates;
mod guards;
mod links;
mod page;
mod places;
mod snippets;
mod walk;

/// A verb, its fields, and what the answer shows.
pub type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);

/// Somebody writes; the reference of their lead.
pub async fn lead_of(app: &TestApp, fields: &InquiryFields) -> String {
    app.receipt_of(fields).await;
    let newest = leads::table.order((leads::received_at.desc(), leads::id.desc())).select(leads::reference);
    newest.first(&mut app.conn().await).await.unwrap()
}

/// The lead of the usual inquiry, whose words and number are its own: the same words twice within ten minutes are one inquiry,
/// and who writes twice from one number comes first.
pub async fn lead(app: &TestApp) -> String {
    let number = format!("555{:011}", uuid::Uuid::new_v4().as_u128() % 100_000_000_000);
    lead_of(app, &InquiryFields::default().with("message", uuid::Uuid::now_v7().to_string()).with("phone", number)).await
}

/// Opens the page.
pub async fn open(client: &Client, reference: &str) -> Page {
    client.get(&format!("/staff/leads/{reference}")).await.assert_status(200)
}

/// Stage, outcome, hold and version as the page says them.
pub async fn standing(client: &Client, reference: &str) -> (String, String, String, i32) {
    let page = open(client, reference).await;
    let of = |name: &str| page.attribute(name).expect("an attribute");
    (of("data-stage"), of("data-outcome"), of("data-hold"), of("data-version").parse().unwrap())
}

/// Logs an attempt that is taken.
pub async fn attempt(client: &Client, reference: &str, channel: &str, disposition: &str) {
    let fields = [("channel", channel), ("disposition", disposition)];
    client.act(reference, "contact-attempts", &fields).await.assert_status(303);
}

/// Speaks with the person and moves on to the assessment.
pub async fn assess(client: &Client, reference: &str) {
    attempt(client, reference, "call", "spoke_prospect").await;
    client.act(reference, "stage", &[("to", "assessment")]).await.assert_status(303);
}

/// Adds a program at a place of its own.
pub async fn program(app: &TestApp, modality: Modality, capacity: i32, states: &[&str]) -> String {
    let mut conn = app.conn().await;
    let name = format!("{} of {capacity}", modality.code());
    let location = NewLocation { name: format!("House {name}"), city: String::new(), state: "CA".into(), ..NewLocation::default() };
    let location = store::add_location(&mut conn, &location).await.unwrap();
    let licensed_states = states.iter().map(|state| (*state).to_owned()).collect();
    let program = NewProgram { location, name, modality, capacity, licensed_states, languages: Vec::new(), payers: Vec::new() };
    store::add_program(&mut conn, &program).await.unwrap().to_string()
}

/// What the audit log says about a lead, in order.
pub async fn trace(app: &TestApp, reference: &str) -> Vec<String> {
    let mut conn = app.conn().await;
    let id: uuid::Uuid = leads::table.filter(leads::reference.eq(reference)).select(leads::id).first(&mut conn).await.unwrap();
    let about = audit_events::table.filter(audit_events::subject_id.eq(id.to_string()));
    about.order(audit_events::id).select(audit_events::action).load(&mut conn).await.unwrap()
}

/// One timestamp or number of the lead's row.
pub async fn times(app: &TestApp, reference: &str) -> (bool, bool, bool, i32) {
    let row = leads::table.filter(leads::reference.eq(reference)).select((
        leads::first_attempt_at.is_not_null(),
        leads::first_contact_at.is_not_null(),
        leads::closed_at.is_not_null(),
        leads::attempts,
    ));
    row.first(&mut app.conn().await).await.unwrap()
}
