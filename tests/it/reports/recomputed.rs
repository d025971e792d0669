//! The figures of the report, counted anew from the rows of an export by a program of its own.

use std::collections::BTreeMap;

use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::python::{file, script};
use super::{links, rows};
use crate::exports::asking;
use crate::queue::seeded::seed;
use crate::support::{Client, Page, TestApp, process};

/// Fewer figures than this would mean that the comparison looked past most of the page.
const FEWEST: usize = 150;

#[derive(diesel::QueryableByName)]
struct Program {
    #[diesel(sql_type = SqlUuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Every figure of a page by name.
fn shown(page: &Page) -> BTreeMap<String, String> {
    let parts = page.body.split("data-figure=\"").skip(1);
    let figure = |part: &str| {
        let (name, rest) = part.split_once('"')?;
        Some((name.to_owned(), rest.strip_prefix(" data-value=\"")?.split_once('"')?.0.to_owned()))
    };
    parts.filter_map(figure).collect()
}

async fn recomputed(app: &TestApp, export: &str, days: [&str; 2]) -> BTreeMap<String, String> {
    let said = script("recount.py", &[export, "--from", days[0], "--to", days[1]]).unwrap_or_else(|why| panic!("{why}"));
    let found: BTreeMap<String, String> = serde_json::from_str(&said).unwrap();
    let programs: Vec<Program> = diesel::sql_query("SELECT id, name FROM programs").load(&mut app.conn().await).await.unwrap();
    let by_id = |name: String| {
        let known = programs.iter().find_map(|program| {
            let column = name.strip_prefix(&format!("program.{}.", program.name))?;
            Some(format!("program.{}.{column}", program.id))
        });
        known.unwrap_or(name)
    };
    found.into_iter().map(|(name, value)| (by_id(name), value)).collect()
}

/// The bytes of an export of everything.
async fn taken(client: &Client, format: &str) -> Vec<u8> {
    let asked = client.post("/staff/exports", &asking(format, "deidentified")).await.assert_status(303);
    let answer = client.request(reqwest::Method::GET, asked.location()).send().await.unwrap();
    answer.error_for_status().unwrap().bytes().await.unwrap().to_vec()
}

#[actix_web::test]
async fn every_figure_is_recomputed_from_an_export_by_a_program_of_its_own() {
    let app = TestApp::start().await;
    seed(&app, 600).await;
    let folder = process::folder("recomputed");
    let zone = app.app.config.facility.time_zone;
    let mara = app.manager().await;
    let (csv, xlsx) = (taken(&mara, "csv").await, taken(&mara, "xlsx").await);
    assert!(csv == rows::csv(&app, zone).await, "the export says of every lead what the tables say, cell for cell");
    let (csv, xlsx) = (file(&folder, "leads.csv", &csv), file(&folder, "leads.xlsx", &xlsx));
    let same = script("same_cells.py", &[&csv, &xlsx]).unwrap_or_else(|why| panic!("{why}"));
    assert!(same.ends_with("23 columns\n"), "{same}");

    let today = chrono::Utc::now().with_timezone(&zone).date_naive();
    for length in [7, 31, 365] {
        let from = today - chrono::Duration::days(length - 1);
        let days = [from.to_string(), today.to_string()];
        let page = mara.get(&format!("/staff/reports?period=days&from={}&to={}", days[0], days[1])).await.assert_status(200);
        let figures = shown(&page);
        let found = recomputed(&app, &csv, [&days[0], &days[1]]).await;
        for (name, value) in &found {
            assert_eq!(Some(value), figures.get(name), "{name} over {length} days: recomputed, and on the page");
        }
        for name in ["inquiries", "contacted", "admitted", "median_contact", "within_15", "response.all.p90", "apart.invalid.leads"]
        {
            assert!(found.contains_key(name), "{name} was not recomputed");
        }
        assert!(length < 30 || found.len() > FEWEST, "{} figures over {length} days", found.len());
        nothing_was_looked_past(&page, &found);
        assert_eq!(found, recomputed(&app, &xlsx, [&days[0], &days[1]]).await, "the same from XLSX");
    }
    std::fs::remove_dir_all(folder).unwrap();
    app.stop().await;
}

/// Of the tables that can be recomputed, no row with anybody in it is missing.
fn nothing_was_looked_past(page: &Page, found: &BTreeMap<String, String>) {
    let tables =
        ["waits", "contact.all", "response.all", "hours", "attempts", "interest", "program", "channel", "source", "campaign"];
    let tables = tables.into_iter().chain(["language", "outcomes", "time", "apart.duplicate", "apart.invalid"]);
    let tables: Vec<String> = tables.map(|table| format!("{table}.")).collect();
    for (name, value, _) in links(page) {
        if value != "0" && value != "0.0" && tables.iter().any(|table| name.starts_with(table)) {
            assert!(found.contains_key(&name), "{name} stands on the page and was not recomputed");
        }
    }
}
