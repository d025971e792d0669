//! Lists cost the same number of statements with three rows and with thirty; every page of the staff has its side bar.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::programs;
use intake::values::{ProgramId, Role};

use crate::leads::{lead, lead_of};
use crate::queue::seeded::seed;
use crate::support::{Client, InquiryFields, TestApp};

const ROLES: [Role; 3] = [Role::Coordinator, Role::Manager, Role::Administrator];

/// So many of everything, and which pages show them.
async fn planted(app: &TestApp, rows: usize) -> (Client, Vec<String>) {
    seed(app, rows * 20).await;
    let client = app.signed_in("olga", &ROLES).await;
    let one = lead(app).await;
    let same = |name: String| InquiryFields::default().with("name", name).with("phone", "555 010 0177");
    let mut alike = Vec::new();
    for number in 0..rows {
        app.add_member(&format!("person{number}"), &[Role::Coordinator]).await;
        let text = [("kind", "note"), ("title", &*format!("Text {number}")), ("words", "Words")];
        client.post("/staff/snippets", &text).await.assert_status(303);
        alike.push(lead_of(app, &same(format!("Ana Ruiz {number}"))).await);
    }
    let waiting = "UPDATE leads SET stage = 'waitlisted', waiting_since = now(), program_id = (SELECT min(id::text)::uuid FROM programs) \
        WHERE outcome IS NULL AND hold IS NULL AND reference NOT IN (SELECT reference FROM leads ORDER BY received_at DESC LIMIT 1)";
    let held = format!(
        "UPDATE leads SET hold = 'quarantined', quarantine_reason = 'trap' WHERE id IN \
         (SELECT id FROM leads WHERE outcome IS NULL AND hold IS NULL ORDER BY received_at LIMIT {rows})"
    );
    let more_programs = format!(
        "INSERT INTO programs (id, location_id, name, modality, capacity, licensed_states) SELECT gen_random_uuid(), location_id, \
         name || n, modality, capacity, licensed_states FROM programs, generate_series(1, {rows}) n"
    );
    let mut conn = app.conn().await;
    for sql in [&held, waiting, &more_programs] {
        conn.batch_execute(sql).await.unwrap();
    }
    let program: ProgramId = programs::table.select(programs::id).order(programs::id).first(&mut conn).await.unwrap();
    let pages = [
        "/staff/leads",
        "/staff/leads?view=all",
        "/staff/leads?view=waitlist",
        "/staff/follow-ups",
        "/staff/handover",
        "/staff/quarantine",
        "/staff/snippets",
        "/staff/programs",
        "/staff/people",
        "/staff/audit",
        "/staff/audit/unusual",
        "/staff/deliveries",
        "/staff/deliveries?show=all",
        "/staff/retention",
        "/staff/settings",
        "/staff/account",
        "/staff/reports",
        "/staff/exports",
        "/staff/help",
        "/staff/shift/end",
    ];
    let (first, second) = (&alike[0], &alike[1]);
    let own = [
        format!("/staff/leads/{one}"),
        format!("/staff/leads/{first}"),
        format!("/staff/leads/{first}/duplicates?with={second}"),
        format!("/staff/leads/{first}/rights"),
        format!("/staff/programs/{program}"),
        format!("/staff/programs/{program}/waitlist"),
    ];
    (client, pages.into_iter().map(ToOwned::to_owned).chain(own).collect())
}

/// What each page costs; references and ids are replaced, since they differ.
async fn costs(rows: usize) -> BTreeMap<usize, (String, usize)> {
    let app = TestApp::start().await;
    let (client, pages) = planted(&app, rows).await;
    let mut costs = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        costs.insert(at, (page.clone(), app.statements_of(&client, page).await));
    }
    app.stop().await;
    costs
}

#[actix_web::test]
async fn every_list_costs_the_same_number_of_statements_with_three_rows_and_with_thirty() {
    let (few, many) = (costs(3).await, costs(30).await);
    let grown: Vec<String> = few
        .iter()
        .filter(|(at, (_, cost))| many[*at].1 != *cost)
        .map(|(at, (page, cost))| format!("{page}: {cost} and {}", many[at].1))
        .collect();
    assert!(grown.is_empty(), "{grown:#?}");
    assert!(few.values().all(|(_, cost)| *cost <= 45), "{few:#?}");
}

#[actix_web::test]
async fn the_side_bar_shows_its_numbers_and_open_places_on_every_page_of_the_staff() {
    let app = TestApp::start().await;
    let (client, pages) = planted(&app, 2).await;
    let rail = |body: &str| {
        let (_, rail) = body.split_once("<nav class=\"rail\"").expect("a side bar");
        let (rail, _) = rail.split_once("</nav>").unwrap();
        rail.matches("<span class=\"count\">").count()
    };
    for page in pages.iter().map(String::as_str).chain(["/staff/account/second-factor"]) {
        let shown = client.get(page).await.assert_shows("Open today");
        assert_eq!(rail(&shown.body), 5, "{page}");
    }
    let ada = app.administrator().await.get("/staff/people").await.assert_hides("Open today");
    assert_eq!(rail(&ada.body), 0, "who may not see leads sees no number of them");
    app.stop().await;
}
