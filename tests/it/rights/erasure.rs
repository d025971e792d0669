//! Legal hold, erasure of one person on request, everything we hold.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{audit_events, inquiries, suppressions};

use crate::leads::{lead_of, open};
use crate::support::{Client, InquiryFields, TestApp};

fn wren() -> InquiryFields {
    InquiryFields::default()
        .with("name", "Wren Erasable")
        .with("phone", "(831) 555-0143")
        .with("email", "wren.erasable@example.org")
        .with("message", "Please erase me one day")
}

pub async fn version(client: &Client, path: &str) -> String {
    client.get(path).await.assert_status(200).attribute("data-version").unwrap()
}

pub async fn send(client: &Client, reference: &str, verb: &str, fields: &[(&str, &str)]) -> crate::support::Page {
    let version = version(client, &format!("/staff/leads/{reference}/rights")).await;
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    client.post(&format!("/staff/leads/{reference}/rights/{verb}"), &all).await
}

#[actix_web::test]
async fn an_erased_person_is_nowhere_to_be_found_and_the_figures_still_hold() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let receipt = app.receipt_of(&wren()).await;
    let reference = cora.get("/staff/leads").await.attribute("data-reference").unwrap();
    cora.act(&reference, "notes", &[("body", "Wren likes mornings")]).await.assert_status(303);
    let before = crate::reports::value(&mara.get("/staff/reports").await, "inquiries");
    cora.get(&format!("/staff/leads/{reference}/rights")).await.assert_status(404);
    let page = mara.get(&format!("/staff/leads/{reference}/rights/erasure")).await.assert_status(200);
    page.assert_shows("Erase this record for good?").assert_shows("1 inquiry in 1 lead").assert_hides("Wren");
    send(&mara, &reference, "erasure", &[("reason", "")]).await.assert_status(422).assert_shows("Choose why it is erased");
    send(&mara, &reference, "erasure", &[("reason", "person_asked"), ("suppress", "yes")]).await.assert_status(303);

    for reader in [&mara, &cora] {
        let tombstone = reader.get(&format!("/staff/leads/{reference}")).await.assert_status(410);
        tombstone.assert_shows("This record was erased").assert_shows("data-erased=\"yes\"").assert_hides("Wren");
    }
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(404);
    let search = cora.post("/staff/searches", &[("q", "Wren Erasable")]).await.assert_status(303);
    cora.get(search.location()).await.assert_hides(&reference);
    assert_eq!(crate::reports::value(&mara.get("/staff/reports").await, "inquiries"), before, "codes and times stay");
    let mut conn = app.conn().await;
    let row: (intake::values::InquiryId, intake::sealing::Sealed<intake::inquiries::Contact>) =
        inquiries::table.select((inquiries::id, inquiries::contact)).first(&mut conn).await.unwrap();
    let contact: intake::inquiries::Contact = app.app.keys.open(row.0.uuid(), &row.1).unwrap();
    assert!(contact.phone.is_none() && !contact.name.reveal().contains("Wren"));
    let kept: i64 = suppressions::table.count().get_result(&mut conn).await.unwrap();
    assert_eq!(kept, 2, "the digests of number and address stay");
    let details: Vec<serde_json::Value> = audit_events::table.select(audit_events::details).load(&mut conn).await.unwrap();
    assert!(!serde_json::to_string(&details).unwrap().contains("Wren"));
    app.stop().await;
}

#[actix_web::test]
async fn a_legal_hold_refuses_erasure_until_it_is_lifted_with_a_reason() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let reference = lead_of(&app, &wren()).await;
    send(&mara, &reference, "hold", &[("body", "")]).await.assert_status(422).assert_shows("Say why it must be kept");
    send(&mara, &reference, "hold", &[("body", "Subpoena of March")]).await.assert_status(303);
    open(&mara, &reference).await.assert_shows("Legal hold").assert_shows("Subpoena of March");
    let refused = send(&mara, &reference, "erasure", &[("reason", "person_asked")]).await.assert_status(422);
    refused.assert_shows("A legal hold stands on this record");
    send(&mara, &reference, "hold/end", &[("body", "Case closed")]).await.assert_status(303);
    send(&mara, &reference, "erasure", &[("reason", "person_asked")]).await.assert_status(303);
    let gone = mara.get(&format!("/staff/leads/{reference}")).await.assert_status(410);
    gone.assert_shows("This record was erased");
    app.stop().await;
}

#[actix_web::test]
async fn everything_we_hold_on_a_person_comes_as_one_file_with_who_looked() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let reference = lead_of(&app, &wren()).await;
    cora.act(&reference, "notes", &[("body", "Wren likes mornings")]).await.assert_status(303);
    send(&mara, &reference, "record", &[("purpose", " ")]).await.assert_status(422).assert_shows("Say what the file is for");
    let file = send(&mara, &reference, "record", &[("purpose", "She asked for it")]).await.assert_status(200);
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{reference}.json\""));
    let record: serde_json::Value = serde_json::from_str(&file.body).expect("one JSON document");
    assert_eq!(record["record"], reference);
    for part in
        ["Wren Erasable", "555-0143", "Please erase me one day", "Wren likes mornings", "lead.viewed", "lead.record_exported"]
    {
        assert!(file.body.contains(part), "{part} is not in the file");
    }
    open(&mara, &reference).await.assert_shows("took everything we hold on this person as a file").assert_shows("She asked for it");
    app.stop().await;
}

/// How often each of these stands in a dump of the whole database.
async fn dumped(app: &TestApp, needles: &[&str]) -> Vec<usize> {
    let dump = tokio::process::Command::new("pg_dump").arg(&app.database.url).output().await.unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8_lossy(&dump.stdout).into_owned();
    needles.iter().map(|needle| text.matches(needle).count()).collect()
}

async fn finds(client: &Client, term: &str, reference: &str) -> bool {
    let search = client.post("/staff/searches", &[("q", term)]).await.assert_status(303);
    client.get(search.location()).await.assert_status(200).body.contains(reference)
}

#[actix_web::test]
async fn after_the_erasure_no_dump_and_no_search_knows_the_person_nor_the_half_that_was_merged() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let stays = lead_of(&app, &wren()).await;
    let goes = lead_of(&app, &wren().with("name", "W. Erasable").with("message", "Me again")).await;
    cora.act(&stays, "notes", &[("body", "Wren likes mornings")]).await.assert_status(303);
    mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
    let terms = ["Wren Erasable", "555-0143", "wren.erasable@example.org"];
    for term in terms {
        for _ in 0..100 {
            if finds(&cora, term, &stays).await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(finds(&cora, term, &stays).await, "{term} before");
    }
    let page = mara.get(&format!("/staff/leads/{stays}/rights/erasure")).await.assert_status(200);
    page.assert_shows("2 inquiries in 2 leads");
    send(&mara, &stays, "erasure", &[("reason", "person_asked")]).await.assert_status(303);
    for half in [&stays, &goes] {
        mara.get(&format!("/staff/leads/{half}")).await.assert_status(410).assert_hides("Erasable");
    }
    for term in terms {
        for _ in 0..100 {
            if !finds(&cora, term, &stays).await && !finds(&cora, term, &goes).await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(!finds(&cora, term, &stays).await && !finds(&cora, term, &goes).await, "{term} afterwards");
    }
    let needles = ["Wren", "Erasable", "erasable", "5550143", "555-0143", "likes mornings", "Me again", stays.as_str()];
    let found = dumped(&app, &needles).await;
    assert_eq!(found[..7], [0; 7]);
    assert!(found[7] > 0, "the tombstone stands in the dump, so the search would have found the rest");
    let mut conn = app.conn().await;
    let contacts: Vec<(intake::values::InquiryId, intake::sealing::Sealed<intake::inquiries::Contact>)> =
        inquiries::table.select((inquiries::id, inquiries::contact)).load(&mut conn).await.unwrap();
    for (id, sealed) in contacts {
        let contact: intake::inquiries::Contact = app.app.keys.open(id.uuid(), &sealed).unwrap();
        assert!(contact.phone.is_none() && contact.email.is_none() && !contact.name.reveal().contains("Erasable"));
    }
    app.stop().await;
}
