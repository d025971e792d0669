//! Places that expire, the waitlist in its order, and what the form says about both.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::leads;
use intake::leads::waitlist;
use intake::programs::capacity;
use intake::values::Modality;

use super::{assess, lead, open, program, standing};
use crate::support::{Client, TestApp};

/// Assessed and routed to a program.
async fn routed(app: &TestApp, client: &Client, program: &str) -> String {
    let reference = lead(app).await;
    assess(client, &reference).await;
    client.act(&reference, "routing", &[("program", program)]).await.assert_status(303);
    reference
}

async fn to(client: &Client, reference: &str, stage: &str) -> u16 {
    client.act(reference, "stage", &[("to", stage)]).await.status
}

async fn offered(app: &TestApp) -> usize {
    waitlist::offer_places(&mut app.conn().await, &app.app.keys, &app.app.config, Utc::now()).await.unwrap()
}

#[actix_web::test]
async fn the_database_itself_gives_no_place_twice_and_none_beyond_the_capacity() {
    let app = TestApp::start().await;
    let house = program(&app, Modality::Inpatient, 2, &[]).await;
    let cora = app.coordinator().await;
    let (one, two) = (routed(&app, &cora, &house).await, routed(&app, &cora, &house).await);
    assert_eq!((to(&cora, &one, "scheduled").await, to(&cora, &two, "scheduled").await), (303, 303));
    let mut conn = app.conn().await;
    for (wrong, words) in
        [("place_number = 1", "leads_place"), ("place_number = 3", "beyond the capacity"), ("place_number = NULL", "check")]
    {
        let sql = format!("UPDATE leads SET {wrong} WHERE reference = '{two}'");
        let error = conn.batch_execute(&sql).await.expect_err(wrong).to_string();
        assert!(error.contains(words), "{wrong}: {error}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_place_nobody_came_for_is_free_again_and_the_lead_waits_at_the_top_of_the_queue() {
    let app = TestApp::start().await;
    let house = program(&app, Modality::Inpatient, 1, &[]).await;
    let cora = app.coordinator().await;
    let reference = routed(&app, &cora, &house).await;
    assert_eq!(to(&cora, &reference, "scheduled").await, 303);
    let lapse = async |now| waitlist::lapse_places(&mut app.conn().await, &app.app.keys, now).await.unwrap();
    assert_eq!(lapse(Utc::now()).await, 0);
    assert_eq!(lapse(Utc::now() + Duration::days(4)).await, 1);
    assert_eq!(standing(&cora, &reference).await.0, "waitlisted");
    open(&cora, &reference).await.assert_shows("nobody came or said so by").assert_shows("Number 1 of 1 who wait");
    assert_eq!(to(&cora, &routed(&app, &cora, &house).await, "scheduled").await, 303, "the place is free");
    app.stop().await;
}

#[actix_web::test]
async fn who_waits_longest_comes_up_when_a_place_opens() {
    let app = TestApp::start().await;
    let house = program(&app, Modality::Inpatient, 1, &[]).await;
    let cora = app.coordinator().await;
    let holder = routed(&app, &cora, &house).await;
    assert_eq!(to(&cora, &holder, "scheduled").await, 303);
    let (first, second) = (routed(&app, &cora, &house).await, routed(&app, &cora, &house).await);
    for reference in [&first, &second] {
        assert_eq!(to(&cora, reference, "waitlisted").await, 303);
    }
    assert_eq!(offered(&app).await, 0, "no place is open");
    let page = cora.get(&format!("/staff/programs/{house}/waitlist")).await.assert_status(200).assert_shows("No place is open");
    assert!(page.body.find(&first).unwrap() < page.body.find(&second).unwrap());
    cora.act(&holder, "closure", &[("outcome", "admitted")]).await.assert_status(303);
    assert_eq!(offered(&app).await, 1);
    assert_eq!(offered(&app).await, 0, "told once");
    cora.get("/staff/leads").await.assert_shows("a place is open for them");
    open(&cora, &first).await.assert_shows("found a place open in");
    let due: Vec<(String, bool)> = leads::table
        .filter(leads::stage.eq("waitlisted"))
        .order(leads::waiting_since)
        .select((leads::reference, leads::place_offered_at.is_not_null()))
        .load(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(due, [(first.clone(), true), (second.clone(), false)]);
    assert_eq!(to(&cora, &first, "scheduled").await, 303);
    assert_eq!(to(&cora, &second, "scheduled").await, 422);
    app.stop().await;
}

#[actix_web::test]
async fn capacity_changes_on_its_day_and_programs_and_locations_can_be_edited() {
    let app = TestApp::start().await;
    let house = program(&app, Modality::Inpatient, 1, &[]).await;
    let mara = app.manager().await;
    let door = format!("/staff/programs/{house}");
    let page = mara.get(&door).await.assert_status(200);
    let (_, rest) = page.body.split_once("<option value=\"").unwrap();
    let location = rest.split_once('"').unwrap().0.to_owned();
    let today = Utc::now().with_timezone(&app.app.config.facility.time_zone).date_naive();
    let soon = today + Duration::days(3);
    let plan = format!("{door}/capacity");
    mara.post(&plan, &[("effective_on", &today.to_string()), ("capacity", "5")])
        .await
        .assert_status(422)
        .assert_shows("a day after today");
    mara.post(&plan, &[("effective_on", &soon.to_string()), ("capacity", "5")]).await.assert_status(303);
    mara.get(&door).await.assert_shows(&format!("5 places from {soon}"));
    let apply = async |day| capacity::apply_due(&mut app.conn().await, day).await.unwrap();
    assert_eq!(apply(soon - Duration::days(1)).await, 0);
    assert_eq!(apply(soon).await, 1);
    mara.get("/staff/programs").await.assert_shows(" of 5<");
    let edit =
        [("location", location.as_str()), ("name", "Residential"), ("capacity", "7"), ("languages", "es"), ("payers", "medicaid")];
    mara.post(&door, &edit).await.assert_status(303);
    mara.post(&door, &[("location", location.as_str()), ("name", ""), ("capacity", "7")])
        .await
        .assert_status(422)
        .assert_shows("Enter a name");
    let page = mara.get(&door).await.assert_shows("Residential");
    assert!(page.body.contains("value=\"medicaid\" checked") && page.body.contains("value=\"es\" checked"));
    let place = format!("/staff/locations/{location}");
    let wrong = [("name", "North House"), ("state", "CA"), ("staffed_hours", "all day")];
    mara.post(&place, &wrong).await.assert_status(422).assert_shows("Mon-Fri 08:00-18:00");
    let hours = [("name", "North House"), ("state", "CA"), ("staffed_hours", "Mon-Fri 09:00-17:00"), ("holidays", "12-25")];
    mara.post(&place, &hours).await.assert_status(303);
    mara.get("/staff/programs").await.assert_shows("North House").assert_shows("Mon-Fri 09:00-17:00").assert_shows("not on 12-25");
    mara.post(&format!("{place}/closing"), &[]).await.assert_status(422).assert_shows("Programs are open there");
    mara.post(&format!("{door}/closing"), &[]).await.assert_status(303);
    mara.post(&format!("{place}/closing"), &[]).await.assert_status(303);
    mara.get(&place).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn the_form_says_what_is_open_and_never_ends_the_way() {
    let app = TestApp::start().await;
    let says = async |words: &str, path: &str| {
        for _ in 0..150 {
            let page = app.client().get(path).await;
            if page.body.contains(words) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{words:?} is not said at {path}");
    };
    says("in inpatient, outpatient, or telehealth programs", "/en").await;
    let house = program(&app, Modality::Inpatient, 1, &[]).await;
    says("immediate enrollment in inpatient programs", "/en").await;
    says("en programas de internamiento.", "/es").await;
    let cora = app.coordinator().await;
    let reference = routed(&app, &cora, &house).await;
    assert_eq!(to(&cora, &reference, "scheduled").await, 303);
    says("we keep a waitlist", "/en").await;
    app.stop().await;
}
