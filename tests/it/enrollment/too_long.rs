//! Every text has a bound in characters, which is one in bytes: what is above it is named, what was typed stays, nothing is cut.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{call_drafts, inquiries, invitations};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Client, InquiryFields, Page, TestApp};

/// Hangul jamo: as many as one likes are one grapheme.
fn jamo(count: usize) -> String {
    "\u{1100}".repeat(count)
}

async fn stored(app: &TestApp) -> i64 {
    inquiries::table.count().get_result(&mut app.conn().await).await.unwrap()
}

/// What is too long, and what the form says in each language.
fn too_long() -> [(&'static str, String, &'static str, &'static str); 6] {
    [
        ("name", jamo(1_001), "Use a shorter name: at most 200 letters", "Use un nombre más corto"),
        ("name", jamo(7_000), "Use a shorter name: at most 200 letters", "Use un nombre más corto"),
        ("name", "é".repeat(201), "Use a shorter name: at most 200 letters", "Use un nombre más corto"),
        ("phone", "5".repeat(101), "Use a shorter phone number", "Use un número de teléfono más corto"),
        ("email", format!("june@example.org{}", " ".repeat(400)), "Use a shorter email address", "Use un correo más corto"),
        ("message", jamo(4_001), "Use at most 4,000 letters", "Use 4,000 letras como máximo"),
    ]
}

#[actix_web::test]
async fn h2_a_text_above_its_bound_is_named_in_the_form_and_the_api_and_stays_as_it_was_typed() {
    let app = TestApp::start().await;
    for (field, text, english, spanish) in too_long() {
        for (language, words) in [("en", english), ("es", spanish)] {
            let fields = InquiryFields::default().with("language", language).with(field, text.clone());
            let page = app.submit(&fields).await.assert_status(422).assert_shows(words);
            assert!(page.body.contains(text.trim_end()), "{field} is still there whole");
            let answer = app.client().post_json("/api/v1/inquiries", &fields.json()).await.assert_status(422);
            let body: Value = serde_json::from_str(&answer.body).unwrap();
            let errors = body["errors"].as_object().unwrap();
            assert_eq!(errors.keys().collect::<Vec<_>>(), [field]);
            assert!(errors[field][0].as_str().unwrap().starts_with(words), "{errors:?}");
        }
    }
    assert_eq!(stored(&app).await, 0);
    app.stop().await;
}

#[actix_web::test]
async fn h2_the_longest_legal_texts_are_taken_and_shown_whole() {
    let app = TestApp::start().await;
    let (name, message) = (format!("{} Ö", jamo(990)), "\u{1f30a}".repeat(4_000));
    let fields = InquiryFields::default().with("name", name.clone()).with("message", message.clone());
    app.submit(&fields).await.assert_status(303);
    let client = app.coordinator().await;
    let reference = crate::queue::references(&client.get("/staff/leads").await.body).remove(0);
    client.get(&format!("/staff/leads/{reference}")).await.assert_shows(&name).assert_shows(&message);
    for page in ["/", "/staff/leads/new", "/staff/leads"] {
        client.get(page).await.assert_hides("maxlength");
    }
    app.stop().await;
}

async fn post(client: &Client, path: &str, fields: &InquiryFields) -> Page {
    client.post(path, &fields.pairs()).await
}

#[actix_web::test]
async fn h2_a_call_and_its_draft_refuse_what_is_too_long_by_name_and_keep_it_on_the_page() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let mut drafts = app.conn().await;
    for (field, text, words, _) in too_long() {
        let fields = InquiryFields::default().with("draft", Uuid::now_v7().to_string()).with(field, text.clone());
        let page = post(&cora, "/staff/leads/new", &fields).await.assert_status(422).assert_shows(words);
        assert!(page.body.contains(text.trim_end()));
        let wide = field != "name" || text.chars().count() > 1_000;
        let draft = post(&cora, "/staff/leads/new/drafts", &fields).await;
        if wide {
            let draft = draft.assert_status(422).assert_shows(words);
            assert!(draft.body.contains(text.trim_end()));
            post(&cora, "/staff/leads/new/drafts", &fields.with("quiet", "yes")).await.assert_status(422);
        } else {
            draft.assert_status(303);
        }
    }
    let hidden = InquiryFields::default().with("utm_source", "x".repeat(50_000)).with("quiet", "yes");
    post(&cora, "/staff/leads/new/drafts", &hidden).await.assert_status(422);
    let sealed: Vec<Vec<u8>> = call_drafts::table.select(call_drafts::form).load(&mut drafts).await.unwrap();
    assert!(sealed.iter().all(|draft| draft.len() < 40_000), "a draft of legal fields alone");
    assert_eq!(stored(&app).await, 0);
    app.stop().await;
}

#[actix_web::test]
async fn h2_staff_typed_texts_are_refused_by_name_above_their_bound() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let invite = [("name", jamo(1_001)), ("email", "nora@example.org".to_owned()), ("roles", "coordinator".to_owned())];
    let invite = invite.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = admin.post("/staff/people/invitations", &invite).await.assert_status(422);
    page.assert_shows("Use a shorter name").assert_shows(&jamo(1_001));
    let waiting: i64 = invitations::table.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(waiting, 0);
    let manager = app.manager().await;
    let long = jamo(4_001);
    manager.post("/staff/snippets", &[("kind", "note"), ("title", &jamo(81)), ("words", "W")]).await.assert_status(422);
    manager.post("/staff/snippets", &[("kind", "note"), ("title", "T"), ("words", &long)]).await.assert_status(422);
    let search = manager.post("/staff/searches", &[("q", &jamo(201))]).await.assert_status(422);
    search.assert_shows("Search for at most 200 characters").assert_shows(&jamo(201));
    app.submit(&InquiryFields::default()).await.assert_status(303);
    let reference = crate::queue::references(&manager.get("/staff/leads").await.body).remove(0);
    for (verb, field) in [("notes", "body"), ("contact-attempts", "note"), ("follow-ups", "body"), ("closure", "next_door")] {
        let codes = [("channel", "call"), ("disposition", "no_answer"), ("due_at", "2030-01-01T10:00"), ("outcome", "declined")];
        let fields: Vec<_> = codes.into_iter().chain([("reason", "no_capacity"), (field, long.as_str())]).collect();
        let page = manager.act(&reference, verb, &fields).await.assert_status(422);
        page.assert_shows("Write at most 4,000 characters.").assert_shows(&long);
    }
    let draft = format!("/staff/leads/{reference}/notes/draft");
    let page = manager.post(&draft, &[("body", &long)]).await.assert_status(422);
    page.assert_shows("Write at most 4,000 characters.").assert_shows(&long);
    manager.post(&draft, &[("body", &long), ("quiet", "yes")]).await.assert_status(422);
    app.stop().await;
}
