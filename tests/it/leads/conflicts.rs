//! F18: two people never overwrite each other, and nothing typed is lost.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use intake::db::schema::{follow_ups, leads, timeline_entries};
use intake::values::Modality;

use super::{Case, assess, lead, program, standing, trace};
use crate::support::{Client, Page, TestApp};

/// Sends a verb with version 1.
async fn stale(client: &Client, reference: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("version", "1")];
    all.extend_from_slice(fields);
    client.post(&format!("/staff/leads/{reference}/{verb}"), &all).await
}

/// How many lines and follow-ups there are in all.
async fn written(app: &TestApp) -> (i64, i64) {
    let mut conn = app.conn().await;
    let lines = timeline_entries::table.count().get_result(&mut conn).await.unwrap();
    (lines, follow_ups::table.count().get_result(&mut conn).await.unwrap())
}

#[actix_web::test]
async fn a_stale_write_of_every_verb_is_409_with_the_words_still_in_the_box() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let house = program(&app, Modality::Inpatient, 3, &[]).await;
    let (cora, mara) = (app.coordinator().await, app.manager().await);
    assess(&cora, &reference).await;
    cora.act(&reference, "routing", &[("program", &house)]).await.assert_status(303);
    let before = (standing(&cora, &reference).await, written(&app).await);
    let (called, selected) = ([("channel", "call"), ("disposition", "busy")], format!("value=\"{house}\" selected"));
    let verbs: [Case<'_>; 8] = [
        ("notes", vec![("body", "Typed <at> length")], "Typed &#60;at&#62; length</textarea>"),
        ("contact-attempts", vec![called[0], called[1], ("note", "Line was busy")], "Line was busy</textarea>"),
        ("follow-ups", vec![("due_at", "2026-12-24T10:00"), ("body", "Ring again")], "value=\"Ring again\""),
        ("routing", vec![("program", &house)], &selected),
        ("stage", vec![("to", "scheduled"), ("expected_admission_on", "2026-12-24")], "value=\"2026-12-24\""),
        ("closure", vec![("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "Harbor")], "value=\"Harbor\""),
        ("owner", vec![("person", "")], "Somebody changed this lead"),
        ("claim", vec![], "Somebody changed this lead"),
    ];
    for (verb, fields, kept) in &verbs {
        let page = stale(&cora, &reference, verb, fields).await;
        assert_eq!(page.status, 409, "{verb}");
        assert!(page.body.contains(kept), "{verb}: {kept:?} is not in {}", page.body);
        assert!(page.body.contains("Somebody changed this lead while you were writing"), "{verb}");
        assert_eq!(page.attribute("data-version").unwrap(), before.0.3.to_string(), "{verb}");
        assert!(!page.body.contains("name=\"version\" value=\"1\""), "{verb}: the forms carry the new version");
    }
    stale(&cora, &reference, "claim/release", &[]).await.assert_status(409);
    stale(&mara, &reference, "reopening", &[]).await.assert_status(409);
    assert_eq!((standing(&cora, &reference).await, written(&app).await), before, "nothing was written");
    let conflicts = trace(&app, &reference).await.iter().filter(|action| *action == "lead.conflict").count();
    assert_eq!(conflicts, verbs.len() + 2, "each leaves a trace");
    app.stop().await;
}

#[actix_web::test]
async fn a_hundred_notes_on_one_version_and_exactly_one_is_written() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let path = format!("/staff/leads/{reference}/notes");
    let answers = join_all((0..100).map(|nth| {
        let (cora, path) = (cora.clone(), path.clone());
        async move {
            let body = format!("Note number {nth:03}");
            (cora.post(&path, &[("version", "1"), ("body", &body)]).await, body)
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|(page, _)| page.status == 303).count(), 1);
    for (page, body) in answers.iter().filter(|(page, _)| page.status != 303) {
        assert_eq!(page.status, 409);
        assert!(page.body.contains(&format!("{body}</textarea>")), "the text is still in the box");
    }
    assert_eq!((standing(&cora, &reference).await.3, written(&app).await), (2, (1, 0)));
    app.stop().await;
}

#[actix_web::test]
async fn what_was_typed_survives_even_if_the_lead_was_closed_meanwhile() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    colin.act(&reference, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    let called = [("channel", "call"), ("disposition", "spoke_prospect"), ("note", "She said yes"), ("override_reason", "Asked")];
    stale(&cora, &reference, "contact-attempts", &called).await.assert_status(409).assert_shows("She said yes</textarea>");
    let soon = [("due_at", "2026-12-24T10:00"), ("body", "Ring on Christmas Eve")];
    stale(&cora, &reference, "follow-ups", &soon).await.assert_status(409).assert_shows("Ring on Christmas Eve</textarea>");
    let declined = [("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "Harbor House")];
    stale(&cora, &reference, "closure", &declined).await.assert_status(409).assert_shows("Harbor House</textarea>");
    app.stop().await;
}

#[actix_web::test]
async fn a_missing_or_senseless_version_is_a_stale_one() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let path = format!("/staff/leads/{reference}/notes");
    for version in ["", "0", "-1", "two", "2", "99999999999999999999"] {
        let page = cora.post(&path, &[("version", version), ("body", "Kept")]).await.assert_status(409);
        page.assert_shows("Kept</textarea>");
    }
    cora.post(&path, &[("body", "Kept")]).await.assert_status(409).assert_shows("Kept</textarea>");
    let version: i32 = leads::table.select(leads::version).first(&mut app.conn().await).await.unwrap();
    assert_eq!(version, 1);
    app.stop().await;
}
