//! What is most urgent: red flags first, Next, the escalation ladder, one's own views, the hand-over page.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use intake::db::schema::{leads, outbox_messages, saved_views};
use intake::leads::escalation;
use intake::values::Role;

use super::references;
use crate::support::{InquiryFields, TestApp};

async fn lead(app: &TestApp, name: &str) -> String {
    let phone = format!("(831) 555-{:04}", name.bytes().fold(17_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 9_000));
    let fields = InquiryFields::default().with("name", name).with("message", name).with("phone", phone);
    app.submit(&fields).await.assert_status(303);
    let newest = leads::table.order((leads::received_at.desc(), leads::id.desc())).select(leads::reference);
    newest.first(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn a_red_flag_goes_before_everybody_and_each_row_says_why_it_stands_there() {
    let app = TestApp::start().await;
    let (first, second) = (lead(&app, "Ann").await, lead(&app, "Ben").await);
    let cora = app.coordinator().await;
    assert_eq!(references(&cora.get("/staff/leads").await.body), [first.clone(), second.clone()]);
    cora.act(&second, "red-flags", &[("flag", "withdrawal_risk")]).await.assert_status(303);
    let page = cora.get("/staff/leads").await;
    assert_eq!(references(&page.body), [second.clone(), first.clone()]);
    page.assert_shows("Red flags").assert_shows("red flag, first contact promised");
    let page = cora.get("/staff/handover").await.assert_status(200);
    assert!(page.body.find(&second).unwrap() < page.body.find(&first).unwrap());
    page.assert_shows("First contact is owed");
    app.stop().await;
}

#[actix_web::test]
async fn twenty_people_press_next_at_once_and_nobody_gets_the_lead_of_another() {
    let app = TestApp::start().await;
    let mut all = Vec::new();
    for nth in 0..21 {
        all.push(lead(&app, &format!("Person {nth}")).await);
    }
    let mut people = Vec::new();
    for nth in 0..20 {
        people.push(app.signed_in(&format!("member{nth}"), &[Role::Coordinator]).await);
    }
    let answers = join_all(people.iter().map(|person| person.post("/staff/leads/next", &[]))).await;
    let mut opened: Vec<String> = answers.iter().map(|answer| answer.header("location").to_owned()).collect();
    opened.sort_unstable();
    opened.dedup();
    assert_eq!(opened.len(), 20, "{opened:?}");
    let held: i64 = leads::table.filter(leads::owner_id.is_not_null()).count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(held, 20);
    let last = people[0].post("/staff/leads/next", &[]).await;
    assert!(last.header("location").starts_with("/staff/leads/EL-"), "{}", last.header("location"));
    let none = people[0].post("/staff/leads/next", &[]).await;
    assert_eq!(none.header("location"), "/staff/leads?said=nobody");
    people[0].get("/staff/leads?said=nobody").await.assert_shows("Nobody waits unclaimed");
    app.stop().await;
}

#[actix_web::test]
async fn a_view_of_ones_own_is_kept_under_a_sealed_name_and_nobody_else_sees_it() {
    let app = TestApp::start().await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    let save = "/staff/views?view=unclaimed&language=es&program=&stage=new";
    cora.post(save, &[("name", "Zarzuela mornings")]).await.assert_status(303);
    cora.get("/staff/leads").await.assert_shows("Zarzuela mornings").assert_shows("view=unclaimed&#38;stage=new&#38;language=es");
    colin.get("/staff/leads").await.assert_hides("Zarzuela");
    cora.post(save, &[("name", " ")]).await.assert_status(303);
    let (id, name): (uuid::Uuid, Vec<u8>) =
        saved_views::table.select((saved_views::id, saved_views::name)).first(&mut app.conn().await).await.unwrap();
    assert!(!name.windows(8).any(|part| part == b"Zarzuela"));
    colin.post(&format!("/staff/views/{id}/remove"), &[]).await.assert_status(303);
    cora.get("/staff/leads").await.assert_shows("Zarzuela mornings");
    cora.post(&format!("/staff/views/{id}/remove"), &[]).await.assert_status(303);
    cora.get("/staff/leads").await.assert_hides("Zarzuela");
    app.stop().await;
}

#[actix_web::test]
async fn f4_a_promise_that_breaks_climbs_the_ladder_and_tells_each_rung_once() {
    let app = TestApp::start().await;
    let reference = lead(&app, "Ann").await;
    let (cora, _mara) = (app.coordinator().await, app.manager().await);
    let mut config = (*app.app.config).clone();
    config.facility.staffed_hours = None;
    let digests = [[7_u8; 32]];
    let told = async || {
        let of = outbox_messages::table.filter(outbox_messages::kind.eq("escalation")).count();
        of.get_result::<i64>(&mut app.conn().await).await.unwrap()
    };
    let climb = async |minutes| {
        let at = Utc::now() + Duration::minutes(minutes);
        escalation::climb(&mut app.conn().await, &config, &digests, at).await.unwrap()
    };
    assert_eq!(climb(1).await, 0, "the promise holds");
    assert_eq!((climb(11).await, climb(11).await), (1, 0), "about to break: once");
    assert_eq!(told().await, 1, "the coordinator who subscribed");
    assert_eq!((climb(16).await, climb(16).await), (1, 0));
    assert_eq!(told().await, 2, "the manager");
    assert_eq!((climb(26).await, climb(99).await), (1, 0));
    assert_eq!(told().await, 3, "the configured address");
    app.conn().await.batch_execute("UPDATE leads SET due_at = now() - interval '1 hour'").await.unwrap();
    cora.act(&reference, "contact-attempts", &[("quick", "call:no_answer")]).await.assert_status(303);
    assert_eq!(climb(99).await, 0, "somebody tried");
    app.stop().await;
}
