//! Texts that are written often: kept by managers, offered to everyone who writes.

use crate::support::{InquiryFields, Page, TestApp};

fn after(page: &Page, mark: &str) -> String {
    let rest = page.body.split_once(mark).expect("the mark is there").1;
    rest.split_once('"').unwrap().0.to_owned()
}

#[actix_web::test]
async fn a_manager_keeps_a_text_and_a_coordinator_puts_it_into_a_note_and_a_mail() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let page = mara.get("/staff/snippets").await.assert_status(200).assert_shows("No text yet");
    assert!(page.body.contains("href=\"/staff/snippets\""), "the side bar leads there");
    let text = [("kind", "note"), ("title", "Left word with family"), ("words", "Spoke with <family>, & will call again.")];
    mara.post("/staff/snippets", &text).await.assert_status(303);
    mara.post("/staff/snippets", &[("kind", "mail"), ("title", "Directions"), ("words", "Take exit 3.\nThen left.")])
        .await
        .assert_status(303);

    let reference = super::lead_of(&app, &InquiryFields::default().with("email", "june@example.org")).await;
    let lead = cora.get(&format!("/staff/leads/{reference}")).await.assert_shows("Left word with family");
    assert!(lead.body.contains("body=Take%20exit%203%2E%0D%0AThen%20left%2E"), "the mail begins with the text");
    let id = after(&lead, "A text…</option>\n<option value=\"");
    let draft = format!("/staff/leads/{reference}/notes/draft");
    cora.post(&draft, &[("body", "Mother:"), ("snippet", &id)]).await.assert_status(303);
    let note = cora.get(&format!("/staff/leads/{reference}")).await;
    note.assert_shows("Mother:\nSpoke with &#60;family&#62;, &#38; will call again.");
    app.stop().await;
}

#[actix_web::test]
async fn only_managers_keep_texts_and_what_is_wrong_comes_back_with_the_reason() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    cora.get("/staff/snippets").await.assert_status(404);
    let empty = mara.post("/staff/snippets", &[("kind", "note"), ("title", ""), ("words", "Half a thought")]).await;
    empty.assert_status(422).assert_shows("Give it a title").assert_shows("Half a thought");
    mara.post("/staff/snippets", &[("kind", "note"), ("title", "One"), ("words", "First words")]).await.assert_status(303);
    let page = mara.get("/staff/snippets").await;
    let id = after(&page, "name=\"id\" value=\"");
    let changed = [("id", id.as_str()), ("kind", "note"), ("title", "One"), ("words", "Better words")];
    mara.post("/staff/snippets", &changed).await.assert_status(303);
    mara.get("/staff/snippets").await.assert_shows("Better words").assert_hides("First words");
    mara.post(&format!("/staff/snippets/{id}/removal"), &[]).await.assert_status(303);
    mara.get("/staff/snippets").await.assert_shows("No text yet");
    app.stop().await;
}
