//! No trace, no data: where the audit log takes no row, nobody sees a person and nothing changes.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use intake::routes::TABLE;
use intake::values::Role;

use crate::exports::{asking, export};
use crate::leads::lead_of;
use crate::support::{Client, InquiryFields, Page, TestApp};

const NAME: &str = "Wren Tracewright";

async fn break_the_log(app: &TestApp) {
    app.conn()
        .await
        .batch_execute(
            "CREATE FUNCTION no_trace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$; \
             CREATE TRIGGER no_trace BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION no_trace()",
        )
        .await
        .unwrap();
}

/// Where the search for the name leads, once the name is known there.
async fn search(client: &Client) -> String {
    for _ in 0..50 {
        let path = client.post("/staff/searches", &[("q", NAME)]).await.assert_status(303).location().to_owned();
        if client.get(&path).await.body.contains(NAME) {
            return path;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the search does not find {NAME}")
}

/// Every page a lead could be seen on; the stream of events says no name and never ends.
fn pages(reference: &str, search: &str) -> Vec<String> {
    let gets = TABLE.iter().filter(|route| route.method == "GET" && route.path.starts_with("/staff"));
    let paths = gets.filter(|route| route.path != "/staff/events" && route.path != "/staff/searches/{id}");
    let filled = paths.map(|route| route.path.replace("{reference}", reference));
    let known: Vec<String> = filled.filter(|path| !path.contains('{')).collect();
    assert!(known.len() > 20, "{known:?}");
    known.into_iter().chain([search.to_owned()]).collect()
}

async fn read_all(client: &Client, paths: &[String]) -> Vec<Page> {
    let mut pages = Vec::new();
    for path in paths {
        pages.push(client.get(path).await);
    }
    pages
}

#[actix_web::test]
async fn no_page_shows_a_person_where_the_look_cannot_be_recorded() {
    let app = TestApp::start().await;
    let mo = app.signed_in("mo", &[Role::Coordinator, Role::Manager]).await;
    let reference = lead_of(&app, &InquiryFields::default().with("name", NAME)).await;
    let paths = pages(&reference, &search(&mo).await);
    let before = read_all(&mo, &paths).await;
    let showing = before.iter().filter(|page| page.body.contains(NAME)).count();
    assert!(showing >= 4, "only {showing} pages show the person at all");
    break_the_log(&app).await;
    for ((path, before), after) in paths.iter().zip(before).zip(read_all(&mo, &paths).await) {
        assert!(!after.body.contains(NAME) && !after.body.contains("8315550117"), "{path} shows a person without a trace");
        if before.body.contains(NAME) {
            assert!(after.status >= 500, "{path} answers {}", after.status);
        }
    }
    let files = asking("csv", "identified");
    let asked = mo.post("/staff/exports", &files).await;
    let file = if asked.status == 303 { mo.get(asked.location()).await } else { asked };
    assert!(file.status >= 500 && !file.body.contains(NAME), "an export without a trace answers {}", file.status);
    let record = mo.post(&format!("/staff/leads/{reference}/rights/record"), &[]).await;
    assert!(!record.body.contains(NAME) && record.status != 200, "{}", record.status);
    app.stop().await;
}

#[actix_web::test]
async fn no_change_is_kept_where_it_cannot_be_recorded() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead_of(&app, &InquiryFields::default().with("name", NAME)).await;
    let path = format!("/staff/leads/{reference}");
    let before = cora.get(&path).await.assert_status(200);
    let version = before.attribute("data-version").unwrap();
    break_the_log(&app).await;
    for (verb, fields) in [
        ("claim", vec![]),
        ("notes", vec![("body", "Untraced words")]),
        ("contact-attempts", vec![("channel", "call"), ("disposition", "no_answer")]),
        ("closure", vec![("outcome", "spam")]),
    ] {
        let fields: Vec<_> = [("version", version.as_str())].into_iter().chain(fields).collect();
        let page = cora.post(&format!("{path}/{verb}"), &fields).await;
        assert!(page.status >= 500, "{verb}: {}", page.status);
    }
    app.conn().await.batch_execute("DROP TRIGGER no_trace ON audit_events").await.unwrap();
    let after = cora.get(&path).await.assert_status(200).assert_hides("Untraced words");
    assert_eq!(after.attribute("data-version").unwrap(), version);
    app.stop().await;
}

#[actix_web::test]
async fn an_export_is_made_again_as_soon_as_it_can_be_recorded() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    lead_of(&app, &InquiryFields::default().with("name", NAME)).await;
    break_the_log(&app).await;
    let asked = mara.post("/staff/exports", &asking("csv", "identified")).await;
    let refused = if asked.status == 303 { mara.get(asked.location()).await } else { asked };
    assert!(refused.status >= 500 && !refused.body.contains(NAME), "{}", refused.status);
    app.conn().await.batch_execute("DROP TRIGGER no_trace ON audit_events").await.unwrap();
    let file = export(&mara, &asking("csv", "identified")).await;
    assert!(file.body.contains(NAME), "the control: with a trace, the file holds the person");
    app.stop().await;
}
