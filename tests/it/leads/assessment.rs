//! The checklist through the pages: pre-screen, benefits check, clinical review; and the suggestion that follows.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{assessment_items, routing_choices, staff, timeline_entries};
use intake::values::Modality;

use super::{assess, lead, lead_of, open, program, standing};
use crate::support::{Client, InquiryFields, TestApp};

type Kept = (Option<uuid::Uuid>, uuid::Uuid, String, Vec<String>);

/// Answers on the pre-screen's page, at the revision it shows.
async fn answer(client: &Client, reference: &str, fields: &[(&str, &str)]) -> crate::support::Page {
    let path = format!("/staff/leads/{reference}/pre-screen");
    let page = client.get(&path).await.assert_status(200);
    let (_, rest) = page.body.split_once("name=\"revision\" value=\"").unwrap();
    let mut sent = vec![("revision", rest.split_once('"').unwrap().0)];
    sent.extend_from_slice(fields);
    client.post(&path, &sent).await
}

#[actix_web::test]
async fn a_pre_screen_is_kept_in_parts_as_it_is_typed_and_sealed() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let path = format!("/staff/leads/{reference}/pre-screen");
    let before = standing(&cora, &reference).await;
    let kept = answer(&cora, &reference, &[("then", "keep"), ("access", "Two children at home")]).await.assert_status(204);
    assert_eq!(kept.header("intake-revision"), "1");
    answer(&cora, &reference, &[("then", "save"), ("access", "Two children at home"), ("home", "no")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await, before, "writing it is in nobody's way");
    let page = cora.get(&path).await.assert_shows("Two children at home");
    assert!(page.body.contains("name=\"home\" value=\"no\" checked"), "{}", page.body);
    open(&cora, &reference).await.assert_shows("Begun, 2 of 13 answered");
    answer(&cora, &reference, &[("then", "save"), ("home", "maybe")]).await.assert_status(422).assert_shows("has no such answer");
    cora.post(&path, &[("revision", "1"), ("then", "save"), ("access", "Mine")])
        .await
        .assert_status(409)
        .assert_shows("Saved meanwhile: <bdi dir=\"auto\">Two children at home")
        .assert_shows("Mine</textarea>");
    answer(&cora, &reference, &[("then", "done"), ("home", "no")]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("Done, 1 of 13 answered").assert_shows("worked on the pre-screen: done");
    let sealed: Vec<u8> = assessment_items::table.select(assessment_items::details).first(&mut app.conn().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("home"), "not even the questions are in the clear");
    app.stop().await;
}

#[actix_web::test]
async fn a_pre_screen_is_skipped_only_with_a_reason() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    answer(&cora, &reference, &[("then", "skip"), ("skip_reason", " ")])
        .await
        .assert_status(422)
        .assert_shows("Say why it is skipped");
    answer(&cora, &reference, &[("then", "skip"), ("skip_reason", "Their doctor sent everything")]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("Skipped").assert_shows("Their doctor sent everything");
    app.stop().await;
}

#[actix_web::test]
async fn an_answer_that_calls_for_it_raises_a_red_flag_once() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    answer(&cora, &reference, &[("then", "keep"), ("overdose", "yes")]).await.assert_status(204);
    let page = open(&cora, &reference).await.assert_shows("Recent overdose").assert_shows("naloxone");
    let (_, rest) = page.body.split_once("/red-flags/").unwrap();
    let flag = rest.split_once('/').unwrap().0.to_owned();
    cora.act(&reference, &format!("red-flags/{flag}/acknowledgement"), &[]).await.assert_status(303);
    answer(&cora, &reference, &[("then", "done"), ("overdose", "yes"), ("home", "yes")]).await.assert_status(303);
    open(&cora, &reference).await.assert_hides("naloxone");
    app.stop().await;
}

#[actix_web::test]
async fn a_benefits_check_goes_its_way_and_says_until_when_it_holds() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let verb = "assessment/benefits";
    cora.act(&reference, verb, &[("benefits", "accepted")]).await.assert_status(422);
    cora.act(&reference, verb, &[("benefits", "in_progress"), ("note", "Called the payer")]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("In progress").assert_shows("Called the payer");
    cora.act(&reference, verb, &[("benefits", "requested")]).await.assert_status(422).assert_shows("choose what came next");
    let verified = |day: &'static str| vec![("benefits", "verified"), ("valid_until", day)];
    cora.act(&reference, verb, &verified("")).await.assert_status(422).assert_shows("until which day");
    cora.act(&reference, verb, &verified("2020-01-01")).await.assert_status(422).assert_shows("has passed");
    let day = (chrono::Utc::now() + chrono::Duration::days(30)).date_naive().to_string();
    cora.act(&reference, verb, &[("benefits", "verified"), ("valid_until", &day)]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows(&format!("Verified until {day}"));
    cora.act(&reference, verb, &[("benefits", "requested")]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_clinical_review_needs_its_own_permission_and_a_declined_one_bars_the_admission() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let verb = "assessment/review";
    cora.act(&reference, verb, &[("decision", "accepted")]).await.assert_status(404);
    let given = diesel::update(staff::table).set(staff::clinical_review.eq(true));
    given.execute(&mut app.conn().await).await.unwrap();
    cora.act(&reference, verb, &[("decision", "declined")]).await.assert_status(422).assert_shows("Choose why");
    cora.act(&reference, verb, &[("decision", "declined"), ("reason", "medical_needs_exceed")]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("Declined: ").assert_shows("gave a clinical review: declined");
    let house = program(&app, Modality::Inpatient, 2, &[]).await;
    assess(&cora, &reference).await;
    cora.act(&reference, "routing", &[("program", &house)]).await.assert_status(303);
    cora.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(422).assert_shows("Clinical review declined");
    cora.act(&reference, verb, &[("decision", "accepted")]).await.assert_status(303);
    cora.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn the_suggestion_follows_the_pre_screen_and_each_choice_stands_beside_it() {
    let app = TestApp::start().await;
    let (bed, group) = (program(&app, Modality::Inpatient, 2, &[]).await, program(&app, Modality::Outpatient, 9, &[]).await);
    let reference = lead_of(&app, &InquiryFields::default().with("program", "outpatient")).await;
    let cora = app.coordinator().await;
    open(&cora, &reference).await.assert_shows("Suggested: outpatient of 9").assert_shows("asked for outpatient");
    answer(&cora, &reference, &[("then", "done"), ("alcohol", "three_days")]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("Suggested: inpatient of 2").assert_shows("medical care while stopping");
    for chosen in [&group, &bed] {
        cora.act(&reference, "routing", &[("program", chosen)]).await.assert_status(303);
    }
    let kept: Vec<Kept> = routing_choices::table
        .order(routing_choices::at)
        .select((
            routing_choices::suggested_program_id,
            routing_choices::chosen_program_id,
            routing_choices::rules_version,
            routing_choices::rule_codes,
        ))
        .load(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|(suggested, .., rules)| {
        suggested.map(|id| id.to_string()).as_deref() == Some(bed.as_str()) && rules.contains(&"alcohol_withdrawal".to_owned())
    }));
    assert_eq!(kept.iter().map(|(_, chosen, ..)| chosen.to_string()).collect::<Vec<_>>(), [group, bed]);
    app.manager().await.get("/staff/programs").await.assert_shows("suggested 2 times, and staff chose it once");
    let lines: i64 = timeline_entries::table
        .filter(timeline_entries::kind.eq("routed"))
        .count()
        .get_result(&mut app.conn().await)
        .await
        .unwrap();
    assert_eq!(lines, 2);
    app.stop().await;
}
