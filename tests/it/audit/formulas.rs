//! What a spreadsheet would run is harmless in every file.

use intake::audit::{self, Action, Actor, Event, Subject};
use intake::staff::store::{self, NewMember};
use intake::values::Role;
use intake::values::spreadsheet::{runs, typed};

use crate::leads::lead_of;
use crate::support::{InquiryFields, TestApp};

/// Beginnings of formulas: plain, full-width, and after marks that take no room.
const CORPUS: [&str; 12] = [
    "=HYPERLINK(\"http://evil.example\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(1+1)",
    "\u{ff1d}HYPERLINK(1)",
    "\u{ff0b}1+1",
    "\u{ff20}SUM(1)",
    "\u{2212}cmd",
    "\u{200b}=cmd|x",
    "\u{2060}@SUM(1)",
    "\u{feff}+1+1",
    "'=already quoted",
];

fn cells(file: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// No cell runs, and each of the corpus can be read back.
fn check(what: &str, file: &str) {
    let cells = cells(file);
    for cell in &cells {
        assert!(!runs(cell), "{what}: {cell:?} is a formula");
    }
    for text in CORPUS {
        assert!(cells.iter().any(|cell| typed(cell) == text), "{what}: {text:?} is not in the file");
    }
}

#[actix_web::test]
async fn no_cell_of_the_audit_log_the_exports_or_the_reports_is_a_formula() {
    let app = TestApp::start().await;
    let (admin, mara) = (app.administrator().await, app.manager().await);
    let mut conn = app.conn().await;
    for (at, name) in CORPUS.iter().enumerate() {
        let reference = lead_of(&app, &InquiryFields::default().with("name", *name).with("message", format!("{name} {at}"))).await;
        let new = NewMember {
            email: format!("colleague{at}@example.org"),
            name: (*name).to_owned(),
            roles: vec![Role::Coordinator],
            clinical_review: false,
            password_hash: String::new(),
        };
        let member = store::add(&mut conn, &new).await.unwrap();
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(&mut conn, &event).await.unwrap();
        mara.act(&reference, "owner", &[("person", &member.to_string())]).await.assert_status(303);
    }
    check("audit log", &admin.post("/staff/audit/export", &[]).await.assert_status(200).body);
    let export = [("format", "csv"), ("columns", "identified"), ("purpose", "A test")];
    let asked = mara.post("/staff/exports", &export).await.assert_status(303);
    check("export", &mara.get(asked.location()).await.assert_status(200).body);
    check("report", &mara.get("/staff/reports/download").await.assert_status(200).body);
    app.stop().await;
}
