//! Values no browser of ours sends: out of range, made up, repeated, escaped twice, meant for a log or a query.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{leads, staff};
use intake::routes::TABLE;
use intake::values::Role;
use reqwest::Method;

use crate::leads::lead_of;
use crate::support::process::{Process, clean_up, folder};
use crate::support::{Client, InquiryFields, PASSWORD, TestApp, read};

/// Every name some page reads from its address.
const NAMES: [&str; 24] = [
    "after", "before", "column", "done", "figure", "from", "language", "location", "next", "owner", "page", "period", "program",
    "record", "row", "said", "section", "since", "source", "stage", "to", "token", "view", "with",
];
const VALUES: [&str; 11] = [
    "-1",
    "9223372036854775808",
    "1e309",
    "0000-00-00",
    "-9999-01-01",
    "9999-12-31",
    "262143-01-01",
    "%00",
    "%EF%BF%BF%F0%9F%8C%8A",
    "%27%22%3B--%5C%20OR%201%3D1",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
];

async fn status(client: &Client, path: &str) -> u16 {
    let page = read(client.request(Method::GET, path).header("Sec-Fetch-Site", "same-origin")).await;
    assert!(!page.body.contains("<script>alert(1)") && !page.location().contains("<script"), "{path}");
    page.status
}

#[actix_web::test]
async fn no_number_date_or_word_in_an_address_breaks_a_page() {
    let app = TestApp::start().await;
    let everybody = app.signed_in("eva", &[Role::Coordinator, Role::Manager, Role::Administrator]).await;
    let reference = lead_of(&app, &InquiryFields::default()).await;
    let gets = TABLE.iter().filter(|route| route.method == "GET" && route.path != "/staff/events");
    for path in gets.map(|route| route.path.replace("{reference}", &reference)) {
        for value in VALUES {
            let filled = path.split('{').map(|part| part.rsplit('}').next().unwrap()).collect::<Vec<_>>().join(value);
            let query: Vec<String> = NAMES.iter().map(|name| format!("{name}={value}")).collect();
            let at = format!("{filled}?{}", query.join("&"));
            let answered = status(&everybody, &at).await;
            assert!(answered < 500, "{at}: {answered}");
        }
    }
    // One at a time on the pages that read many, so that the first refusal hides no other.
    for path in ["/staff/leads", "/staff/reports", "/staff/reports/leads", "/staff/audit"] {
        for name in NAMES {
            for value in ["-1", "9223372036854775808", "9999-12-31", "262143-01-01", "%27%22%3B--%5C"] {
                let answered = status(&everybody, &format!("{path}?{name}={value}")).await;
                assert!(answered < 500, "{path}?{name}={value}: {answered}");
            }
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_staff_page_carries_the_way_out() {
    let app = TestApp::start().await;
    let everybody = app.signed_in("eva", &[Role::Coordinator, Role::Manager, Role::Administrator]).await;
    let reference = lead_of(&app, &InquiryFields::default()).await;
    let gets = TABLE.iter().filter(|route| route.method == "GET" && route.path.starts_with("/staff"));
    let mut pages = 0;
    for path in gets.map(|route| route.path.replace("{reference}", &reference)).filter(|path| path != "/staff/events") {
        let page = read(everybody.request(Method::GET, &path).header("Sec-Fetch-Site", "same-origin")).await;
        if page.status == 200 && page.header("content-type").starts_with("text/html") && page.body.contains("<nav") {
            assert!(page.body.contains("action=\"/staff/logout\""), "{path}");
            pages += 1;
        }
    }
    assert!(pages > 20, "{pages}");
    app.stop().await;
}

#[actix_web::test]
async fn fields_nobody_asked_for_and_fields_said_twice_change_nothing_else() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default().with("name", "Wren Once");
    let mut pairs = fields.pairs();
    let extra = [
        ("id", "01935b6e-0000-7000-8000-000000000000"),
        ("stage", "admitted"),
        ("outcome", "spam"),
        ("owner_id", "01935b6e-0000-7000-8000-000000000000"),
        ("quarantined", "false"),
        ("version", "99"),
        ("received_at", "2001-01-01T00:00:00Z"),
        ("name", "Wren Twice"),
    ];
    pairs.extend(extra);
    app.client().post("/inquiries", &pairs).await.assert_status(303);
    let mut json = fields.with("submission_key", "another").with("name", "Wren Json").json();
    json["stage"] = "admitted".into();
    json["version"] = 99.into();
    let answered = app.client().post_json("/api/v1/inquiries", &json).await.status;
    assert!([201, 422].contains(&answered), "{answered}");
    let rows: Vec<(String, Option<String>, Option<uuid::Uuid>, i32)> = leads::table
        .select((leads::stage, leads::outcome, leads::owner_id, leads::version))
        .load(&mut app.conn().await)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| (row.0.as_str(), &row.1, row.2, row.3) == ("new", &None, None, 1)), "{rows:?}");
    let client = app.coordinator().await;
    client.get("/staff/leads").await.assert_shows("Wren Twice").assert_hides("Wren Once");

    let sign_in = [("email", "cora@example.org"), ("password", PASSWORD), ("role", "administrator"), ("roles", "administrator")];
    app.client().post("/staff/login", &sign_in).await.assert_status(303);
    let account = [("weekly", "on"), ("roles", "administrator"), ("role", "administrator"), ("disabled_at", "")];
    assert!(client.post("/staff/account/notifications", &account).await.status < 500);
    let roles: Vec<Vec<String>> = staff::table.select(staff::roles).load(&mut app.conn().await).await.unwrap();
    assert_eq!(roles, [["coordinator"]]);
    app.stop().await;
}

#[actix_web::test]
async fn what_was_escaped_once_is_shown_as_it_was_typed() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let typed = "%2541 &amp;lt; &#60; \\u003c %3Cb%3E";
    let reference = lead_of(&app, &InquiryFields::default().with("name", "Wren Twice").with("message", typed)).await;
    let shown = "%2541 &#38;amp;lt; &#38;#60; \\u003c %3Cb%3E";
    client.get(&format!("/staff/leads/{reference}")).await.assert_status(200).assert_shows(shown);
    app.stop().await;
}

#[actix_web::test]
async fn nothing_a_stranger_sends_makes_a_line_of_the_log() {
    let data = folder("forging");
    let process = Process::start(&data, &[], &[("RUST_LOG", "info,intake=trace")]);
    let client = Client::new(&process.base);
    let words = "forged%0d%0aforged%1b[31mforged%e2%80%a8forged";
    for path in [format!("/{words}"), format!("/receipts/{words}"), format!("/staff/login?next={words}")] {
        client.get(&path).await;
    }
    let headers = ["User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept-Language", "Cookie", "Idempotency-Key"];
    for header in headers {
        read(client.request(Method::GET, "/").header(header, "forged\u{2028}\tforged".as_bytes())).await;
    }
    read(client.request(Method::from_bytes(b"FORGED").unwrap(), "/").header("Sec-Fetch-Site", "same-origin")).await;
    let forged = "forged\r\nforged \u{1b}[31m \u{2028}forged";
    client.post("/inquiries", &[("name", forged), ("phone", forged), ("program", forged), ("language", forged)]).await;
    client.post("/staff/login", &[("email", forged), ("password", forged)]).await;
    client.post_json("/api/v1/inquiries", &serde_json::json!({ "name": forged, forged: forged })).await;
    assert!(process.interrupt());
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap();
    assert!(log.lines().count() > 10, "{log}");
    assert!(!log.contains("forged") && !log.contains('\u{2028}') && !log.contains("\u{1b}[31mforged"), "{log}");
    clean_up(&data);
}
