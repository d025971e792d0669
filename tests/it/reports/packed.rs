//! Packed days say what the rows say, and a change shows at once.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{leads, report_days};
use intake::reports::packed::figures::pack_all;

use crate::queue::seeded::seed;
use crate::support::{Client, TestApp};

const YEAR: &str = "/staff/reports?period=365";

/// Every figure of the page, by name.
async fn figures(reader: &Client, path: &str) -> Vec<(String, String)> {
    let page = reader.get(path).await.assert_status(200);
    let parts = page.body.split("data-figure=\"").skip(1);
    let one = |part: &str| {
        let (name, rest) = part.split_once('"').unwrap();
        (name.to_owned(), rest.split_once("data-value=\"").unwrap().1.split_once('"').unwrap().0.to_owned())
    };
    parts.map(one).collect()
}

async fn packed(app: &TestApp) -> (i64, i64) {
    let sums = report_days::table.select((diesel::dsl::count_star(), diesel::dsl::sum(report_days::leads)));
    let (days, leads): (i64, Option<i64>) = sums.first(&mut app.conn().await).await.unwrap();
    (days, leads.unwrap_or(0))
}

async fn old_leads(app: &TestApp) -> Vec<String> {
    let old = leads::table.filter(leads::received_at.lt(Utc::now() - Duration::days(5))).filter(leads::outcome.is_null());
    let old = old.filter(leads::hold.is_null()).order(leads::received_at).select(leads::reference);
    old.load(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn a_report_from_packs_equals_the_one_from_rows_and_changes_show_before_and_after_packing_anew() {
    let app = TestApp::start().await;
    seed(&app, 400).await;
    let mara = app.manager().await;
    let from_rows = figures(&mara, YEAR).await;
    assert!(from_rows.len() > 100);
    assert_eq!(packed(&app).await, (0, 0));
    pack_all(&mut app.conn().await, Utc::now()).await.unwrap();
    let (days, leads_packed) = packed(&app).await;
    assert!(days > 20 && leads_packed > 200, "{leads_packed} leads of {days} days");
    assert_eq!(figures(&mara, YEAR).await, from_rows);
    assert_eq!(pack_all(&mut app.conn().await, Utc::now()).await.unwrap(), 0, "nothing changed, nothing is packed again");

    for reference in old_leads(&app).await.iter().take(3) {
        let before = figures(&mara, YEAR).await;
        let closing = [("outcome", "lost"), ("reason", "cost")];
        mara.act(reference, "closure", &closing).await.assert_status(303);
        let after = figures(&mara, YEAR).await;
        assert_ne!(after, before, "the closing shows at once");
        assert_eq!(pack_all(&mut app.conn().await, Utc::now()).await.unwrap(), 1, "the day of that lead alone");
        assert_eq!(figures(&mara, YEAR).await, after);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_period_that_begins_and_ends_within_packed_days_counts_its_own_leads_alone() {
    let app = TestApp::start().await;
    seed(&app, 300).await;
    let mara = app.manager().await;
    let day = |ago: i64| (Utc::now() - Duration::days(ago)).format("%Y-%m-%d").to_string();
    let path = format!("/staff/reports?from={}&to={}&period=days", day(20), day(9));
    let from_rows = figures(&mara, &path).await;
    pack_all(&mut app.conn().await, Utc::now()).await.unwrap();
    assert_eq!(figures(&mara, &path).await, from_rows);
    app.stop().await;
}
