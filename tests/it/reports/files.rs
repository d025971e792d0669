//! The report as a file.

use super::value;
use crate::leads::lead;
use crate::support::TestApp;

#[actix_web::test]
async fn a_report_is_taken_as_csv_and_xlsx_with_the_figures_of_the_page() {
    let app = TestApp::start().await;
    lead(&app).await;
    lead(&app).await;
    let mara = app.manager().await;
    let page = mara.get("/staff/reports").await.assert_status(200);
    let file = mara.get("/staff/reports/download?table=funnel&format=csv").await.assert_status(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"report-funnel-"));
    let mut rows = csv::Reader::from_reader(file.body.trim_start_matches('\u{feff}').as_bytes());
    let funnel: Vec<(String, String)> =
        rows.records().map(|row| row.unwrap()).map(|row| (row[0].to_owned(), row[2].to_owned())).collect();
    assert_eq!(funnel.len(), 5);
    for (key, figure) in &funnel {
        assert_eq!(figure, &value(&page, key), "{key}");
    }
    let whole = mara.get("/staff/reports/download").await.assert_status(200);
    assert!(whole.body.lines().count() > 100);
    let xlsx = mara.get("/staff/reports/download?table=funnel&format=xlsx").await.assert_status(200);
    assert!(xlsx.body.starts_with("PK"));
    mara.get("/staff/reports/download?table=nothing").await.assert_status(303);
    app.administrator().await.get("/staff/reports/download").await.assert_status(200).assert_shows("fewer than 5");
    app.coordinator().await.get("/staff/reports/download").await.assert_status(404);
    app.stop().await;
}
