//! The page of a lead: what it shows, what it costs, and that what people typed stays text.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use intake::db::schema::leads;
use intake::leads::lapse;
use intake::leads::lead_view::view::LeadParts;
use intake::leads::store;
use intake::values::Reference;

use super::{lead, lead_of, open, trace};
use crate::queue::seeded::{Counting, seed};
use crate::support::{InquiryFields, TestApp};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
const BIDI: &str = "\u{202e}evil\u{2066}";

/// Nothing of it is markup, on any page that shows it.
fn assert_inert(body: &str) {
    for raw in ["<script>alert", "<img src=x", "\"'><img"] {
        assert!(!body.contains(raw), "{raw} is in {body}");
    }
}

#[actix_web::test]
async fn what_people_typed_is_text_on_the_page_and_in_the_queue() {
    let app = TestApp::start().await;
    let typed = format!("{SCRIPT}{BIDI}");
    let fields = InquiryFields::default().with("name", &typed).with("message", &typed).with("phone", "(555) 866-8404 x12");
    let reference = lead_of(&app, &fields).await;
    let cora = app.coordinator().await;
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    cora.act(&reference, "notes", &[("body", &typed)]).await.assert_status(303);
    let called = [("channel", "call"), ("disposition", "left_message"), ("note", &typed), ("override_reason", &typed)];
    cora.act(&reference, "contact-attempts", &called).await.assert_status(303);
    let soon = (chrono::Utc::now() + chrono::Duration::days(1)).to_rfc3339();
    cora.act(&reference, "follow-ups", &[("due_at", &soon), ("body", &typed)]).await.assert_status(303);
    let bad = [("outcome", typed.as_str()), ("reason", &typed), ("next_door", &typed), ("referred_to", &typed)];
    assert_inert(&cora.act(&reference, "closure", &bad).await.assert_status(422).body);
    for (verb, field) in [("stage", "to"), ("routing", "program"), ("owner", "person"), ("follow-ups", "due_at")] {
        assert_inert(&cora.act(&reference, verb, &[(field, &typed)]).await.assert_status(422).body);
    }
    let page = open(&cora, &reference).await.assert_shows("<bdi dir=\"auto\">&#60;script").assert_shows("(555) 866-8404 x12");
    assert_inert(&page.body);
    let (title, _) = page.body.split_once("</title>").unwrap();
    assert!(!title.contains("script>alert") && !title.contains("evil"), "no name in the title");
    for list in ["leads", "follow-ups"] {
        let body = cora.get(&format!("/staff/{list}")).await.assert_status(200).assert_shows("evil").body;
        assert_inert(&body);
    }
    app.stop().await;
}

#[actix_web::test]
async fn names_and_numbers_show_as_they_were_typed() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    for (name, shown) in [("J'Marcus", "J&#39;Marcus"), ("Müller", "Müller"), ("علي", "علي"), ("王", "王")] {
        let reference = lead_of(&app, &InquiryFields::default().with("name", name).with("phone", "(555) 866-8404 x12")).await;
        open(&cora, &reference).await.assert_shows(shown).assert_shows("(555) 866-8404 x12");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_reference_nobody_bears_is_404_for_every_verb_and_without_a_session_a_way_back() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let mara = app.manager().await;
    let verbs = ["claim", "claim/release", "owner", "contact-attempts", "notes", "follow-ups", "routing", "stage", "closure"];
    for nobody in ["EL-000000", "nonsense", "EL-3D9Q7%00", "%F0%9F%8C%8A"] {
        mara.get(&format!("/staff/leads/{nobody}")).await.assert_status(404);
        for verb in verbs.iter().chain(&["reopening"]) {
            mara.post(&format!("/staff/leads/{nobody}/{verb}"), &[("version", "1"), ("body", "x")]).await.assert_status(404);
        }
    }
    let away = app.client().get(&format!("/staff/leads/{reference}")).await.assert_status(303);
    assert!(away.location().starts_with("/staff/login"));
    app.administrator().await.get(&format!("/staff/leads/{reference}")).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn every_look_and_every_change_leaves_a_trace() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let before = trace(&app, &reference).await.len();
    open(&cora, &reference).await;
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    cora.act(&reference, "notes", &[("body", "Plain words")]).await.assert_status(303);
    cora.act(&reference, "notes", &[("body", "")]).await.assert_status(422);
    let actions = trace(&app, &reference).await;
    let expected = ["lead.viewed", "lead.viewed", "lead.claimed", "lead.viewed", "lead.note", "lead.viewed", "lead.viewed"];
    assert_eq!(actions[before..], expected);
    app.stop().await;
}

#[actix_web::test]
async fn the_page_costs_the_same_number_of_statements_however_long_the_timeline() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let mut conn = app.conn().await;
    let counting = Counting::default();
    conn.set_instrumentation(counting.clone());
    let mut costs = Vec::new();
    for more in [0, 1, 20] {
        for _ in 0..more {
            cora.act(&reference, "notes", &[("body", "One more line")]).await.assert_status(303);
        }
        let before = counting.so_far();
        let found = store::find(&mut conn, &Reference::parse(&reference).unwrap()).await.unwrap().expect("the lead");
        LeadParts::read(&mut conn, found).await.unwrap();
        costs.push(counting.so_far() - before);
    }
    assert!(costs.iter().all(|cost| *cost == costs[0] && *cost <= 7), "{costs:?}");
    app.stop().await;
}

#[actix_web::test]
async fn every_demonstration_lead_opens_and_keeps_its_owner() {
    let app = TestApp::start().await;
    seed(&app, 60).await;
    let mut conn = app.conn().await;
    assert_eq!(lapse::run(&mut conn, &app.app.keys).await.unwrap(), 0, "no claim is taken back at once");
    let held: i64 = leads::table.filter(leads::owner_id.is_not_null()).count().get_result(&mut conn).await.unwrap();
    assert!(held > 0);
    let all: Vec<String> = leads::table.select(leads::reference).load(&mut conn).await.unwrap();
    assert_eq!(all.len(), 60);
    let cora = app.coordinator().await;
    for reference in all {
        let page = cora.get(&format!("/staff/leads/{reference}")).await;
        assert_eq!(page.status, 200, "{reference}");
        assert_eq!(page.attribute("data-reference").unwrap(), reference);
    }
    app.stop().await;
}
