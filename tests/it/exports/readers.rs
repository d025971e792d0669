//! Python and `LibreOffice` read what we write.

use std::path::Path;
use std::process::Command;

use super::asking;
use crate::leads::lead_of;
use crate::queue::seeded::seed;
use crate::reports::python;
use crate::support::process::folder;
use crate::support::{Client, InquiryFields, TestApp};

async fn file(client: &Client, format: &str, into: &Path) {
    let asked = client.post("/staff/exports", &asking(format, "identified")).await.assert_status(303);
    let answer = client.request(reqwest::Method::GET, asked.location()).send().await.unwrap();
    std::fs::write(into, answer.bytes().await.unwrap()).unwrap();
}

/// What a script of `tests/scripts` printed.
fn script(name: &str, args: &[&Path]) -> serde_json::Value {
    let args: Vec<&str> = args.iter().map(|path| path.to_str().unwrap()).collect();
    let said = python::script(name, &args).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&said).unwrap()
}

#[actix_web::test]
async fn f27_python_and_libreoffice_read_every_cell_alike_and_run_none_of_them() {
    let app = TestApp::start().await;
    let hard = [
        "=1+1",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "=HYPERLINK(\"https://evil.example\")",
        "O'Neil, \"Jo\"",
        "J'Marcus",
        "林 美玲 🙂",
        "two\nlines",
        "＝1",
    ];
    for (at, text) in hard.iter().enumerate() {
        let fields = InquiryFields::default().with("name", *text).with("message", *text);
        lead_of(&app, &fields.with("phone", format!("+1 831 555 01{at:02}"))).await;
    }
    let mara = app.manager().await;
    let place = folder("export-readers");
    std::fs::create_dir_all(&place).unwrap();
    let at = |name: &str| place.join(name);
    file(&mara, "csv", &at("leads.csv")).await;
    file(&mara, "xlsx", &at("leads.xlsx")).await;
    let profile = format!("-env:UserInstallation=file://{}", at("profile").display());
    let convert = ["--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir"];
    let office = Command::new("soffice")
        .arg(profile)
        .args(convert)
        .arg(at("office"))
        .arg(at("leads.xlsx"))
        .output()
        .expect("soffice: run bin/setup --test");
    assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
    let read = script("read_exports.py", &[&at("leads.csv"), &at("leads.xlsx"), &at("office/leads.csv")]);
    assert_eq!(read["differ"], serde_json::json!([]), "{read}");
    assert_eq!((&read["formulas"], &read["rows"]), (&0.into(), &serde_json::json!([11, 11, 11])));
    let text = std::fs::read_to_string(at("leads.csv")).unwrap();
    assert!(text.contains("\"+1 831 555 0103\"") && text.contains("\"'=1+1\""), "phones as typed, formulas harmless");
    std::fs::remove_dir_all(&place).unwrap();
    app.stop().await;
}

#[actix_web::test]
async fn every_figure_an_export_can_tell_is_recomputed_from_it_by_an_independent_script() {
    let app = TestApp::start().await;
    seed(&app, 500).await;
    let mara = app.manager().await;
    let place = folder("export-recompute");
    std::fs::create_dir_all(&place).unwrap();
    let (leads, report) = (place.join("leads.csv"), place.join("report.csv"));
    file(&mara, "csv", &leads).await;
    let page = mara.get("/staff/reports/download?period=365&format=csv").await.assert_status(200);
    std::fs::write(&report, page.body).unwrap();
    let found = script("recompute.py", &[&leads, &report]);
    assert_eq!(found["wrong"], serde_json::json!([]), "{found}");
    assert_eq!(found["not_looked_at"], serde_json::json!(["By program", "Workload by coordinator"]), "{found}");
    assert!(found["compared"].as_u64().unwrap() > 150, "{found}");
    std::fs::remove_dir_all(&place).unwrap();
    app.stop().await;
}
