//! Figures equal what the rows say.

use diesel::sql_types::{Double, Nullable};
use diesel_async::RunQueryDsl;
use intake::values::Modality;

use super::value;
use crate::leads::{attempt, lead, lead_of, program};
use crate::queue::seeded::seed;
use crate::support::{InquiryFields, TestApp};

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<Double>)]
    n: Option<f64>,
}

/// Leads the report is about.
const BASE: &str = "leads l JOIN inquiries i ON i.lead_id = l.id AND i.opened_lead WHERE COALESCE(l.outcome, '') NOT IN ('duplicate', 'invalid') AND l.hold IS DISTINCT FROM 'quarantined'";

async fn counted(app: &TestApp, what: &str) -> Option<f64> {
    let row: Counted = diesel::sql_query(format!("SELECT ({what})::float8 AS n")).get_result(&mut app.conn().await).await.unwrap();
    row.n
}

#[actix_web::test]
async fn every_figure_equals_a_count_of_the_rows() {
    let app = TestApp::start().await;
    seed(&app, 600).await;
    let page = app.manager().await.get("/staff/reports?period=365").await.assert_status(200);
    let year = format!("{BASE} AND l.received_at >= now() - interval '366 days'");
    let rank = |column: &str, p: &str| {
        format!(
            "SELECT percentile_disc({p}) WITHIN GROUP (ORDER BY floor(extract(epoch FROM l.{column} - l.received_at))) FROM {year}"
        )
    };
    let share = |test: &str| format!("SELECT round(1000.0 * count(*) FILTER (WHERE {test}) / count(*)) / 10 FROM {year}");
    let count = |test: &str| format!("SELECT count(*) FROM {year} AND {test}");
    let passed = |stage: &str| {
        format!(
            "(l.stage IN ({stage}) OR l.outcome = 'admitted' OR EXISTS (SELECT FROM timeline_entries t WHERE t.lead_id = l.id AND t.kind = 'stage' AND (t.to_code IN ({stage}) OR t.from_code IN ({stage}))))"
        )
    };
    let figures = [
        ("inquiries", count("true")),
        ("contacted", count("l.first_contact_at IS NOT NULL")),
        ("assessment", count(&passed("'assessment', 'waitlisted', 'scheduled'"))),
        ("scheduled", count(&passed("'scheduled'"))),
        ("admitted", count("l.outcome = 'admitted'")),
        ("contact.all.median", rank("first_contact_at", "0.5")),
        ("contact.all.p90", rank("first_contact_at", "0.9")),
        ("response.all.median", rank("first_attempt_at", "0.5")),
        ("response.all.p90", rank("first_attempt_at", "0.9")),
        ("contact.all.within_5", share("floor(extract(epoch FROM l.first_contact_at - l.received_at)) <= 300")),
        ("contact.all.within_60", share("floor(extract(epoch FROM l.first_contact_at - l.received_at)) <= 3600")),
        ("response.all.within_15", share("floor(extract(epoch FROM l.first_attempt_at - l.received_at)) <= 900")),
        ("attempts.many.leads", count("l.attempts >= 2")),
        ("attempts.one.tried", count("l.attempts = 1")),
        ("language.1.leads", count("i.language = 'es'")),
        ("interest.0.leads", count("i.program_interest = 'inpatient'")),
        ("interest.0.admitted", count("i.program_interest = 'inpatient' AND l.outcome = 'admitted'")),
        ("channel.2.leads", count("i.channel = 'phone'")),
        ("outcomes.0.leads", count("l.outcome IS NULL")),
        ("outcomes.103.leads", count("l.outcome_reason = 'cost'")),
        ("away.declined.leads", count("l.outcome = 'declined'")),
        ("hours.9.leads", count("extract(hour FROM l.received_at AT TIME ZONE 'America/Los_Angeles') = 9")),
    ];
    for (name, sql) in figures {
        let shown = value(&page, name).parse::<f64>().unwrap_or(f64::NAN);
        let rows = counted(&app, &sql).await.unwrap_or_else(|| panic!("{name}: nothing counted"));
        assert!((shown - rows).abs() < 0.051, "{name}: {shown} on the page, {rows} in the rows");
    }
    let apart = "SELECT count(*) FROM leads WHERE outcome IN ('duplicate', 'invalid')";
    let shown: f64 =
        ["duplicate", "invalid"].iter().map(|row| value(&page, &format!("apart.{row}.leads")).parse::<f64>().unwrap()).sum();
    assert!((shown - counted(&app, apart).await.unwrap()).abs() < 0.1, "{shown}");
    app.stop().await;
}

#[actix_web::test]
async fn a_lead_driven_through_its_life_moves_through_the_funnel() {
    let app = TestApp::start().await;
    let (reference, _) = (lead(&app).await, lead(&app).await);
    let house = program(&app, Modality::Inpatient, 3, &[]).await;
    let mara = app.manager().await;
    let steps = async || {
        let page = mara.get("/staff/reports").await.assert_status(200);
        ["inquiries", "contacted", "assessment", "scheduled", "admitted"].map(|name| value(&page, name)).join(" ")
    };
    assert_eq!(steps().await, "2 0 0 0 0");
    attempt(&mara, &reference, "call", "no_answer").await;
    assert_eq!(steps().await, "2 0 0 0 0", "a try is an attempt, not a contact");
    attempt(&mara, &reference, "call", "spoke_prospect").await;
    assert_eq!(steps().await, "2 1 0 0 0");
    mara.act(&reference, "stage", &[("to", "assessment")]).await.assert_status(303);
    mara.act(&reference, "routing", &[("program", &house)]).await.assert_status(303);
    assert_eq!(steps().await, "2 1 1 0 0");
    mara.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(303);
    mara.act(&reference, "closure", &[("outcome", "admitted")]).await.assert_status(303);
    assert_eq!(steps().await, "2 1 1 1 1");
    let page = mara.get("/staff/reports").await;
    assert_eq!(value(&page, &format!("program.{house}.admitted")), "1");
    assert_eq!(value(&page, "attempts.two.tried"), "2");
    assert_eq!(value(&page, "choices.chosen.leads"), "1");
    assert_eq!(value(&page, "stay.all.median"), "0");
    let narrowed = mara.get(&format!("/staff/reports?program={house}")).await.assert_status(200);
    assert_eq!(value(&narrowed, "inquiries"), "1");
    app.stop().await;
}

#[actix_web::test]
async fn spam_and_duplicates_are_counted_apart_and_who_comes_back_is_seen() {
    let app = TestApp::start().await;
    let (spam, away) = (lead(&app).await, lead(&app).await);
    lead_of(&app, &InquiryFields::default().with("utm_source", "newsletter").with("language", "es").with("message", "Hola")).await;
    let mara = app.manager().await;
    mara.act(&spam, "closure", &[("outcome", "invalid"), ("reason", "vendor")]).await.assert_status(303);
    let declined = [("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "The county line")];
    mara.act(&away, "closure", &declined).await.assert_status(303);
    mara.act(&away, "reopening", &[]).await.assert_status(303);
    let page = mara.get("/staff/reports").await.assert_status(200);
    let at = |name: &str| value(&page, name);
    assert_eq!((at("inquiries"), at("apart.invalid.leads")), ("2".into(), "1".into()));
    assert_eq!((at("away.declined.leads"), at("away.declined.reopened")), ("1".into(), "1".into()));
    assert_eq!((at("source.newsletter.leads"), at("language.1.leads")), ("1".into(), "1".into()));
    let spanish = mara.get("/staff/reports?language=es&source=newsletter").await;
    assert_eq!(value(&spanish, "inquiries"), "1");
    let unnamed = mara.get("/staff/reports?source=-").await;
    assert_eq!(value(&unnamed, "inquiries"), "1");
    mara.get("/staff/reports?period=days&from=2026-11-02&to=2026-11-01").await.assert_status(200).assert_shows("the earlier first");
    app.stop().await;
}
