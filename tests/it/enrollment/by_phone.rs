//! A lead taken by phone: the same answers as the form, no word lost, and whoever took it holds it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::{call_drafts, inquiries, outbox_messages};
use uuid::Uuid;

use crate::support::{Client, InquiryFields, TestApp};

/// The fields of a call, with the draft they are written in.
fn call(draft: &str) -> InquiryFields {
    InquiryFields::default()
        .with("draft", draft)
        .with("name", "Rosa Núñez")
        .with("message", "asks for her \"mother\"\nand calls again")
}

async fn drafts(app: &TestApp) -> i64 {
    call_drafts::table.count().get_result(&mut app.conn().await).await.unwrap()
}

async fn version_and_stage(client: &Client, path: &str) -> (String, String) {
    let page = client.get(path).await.assert_status(200);
    (page.attribute("data-stage").unwrap(), page.attribute("data-outcome").unwrap())
}

#[actix_web::test]
async fn a_call_becomes_a_lead_of_who_took_it() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    cora.get("/staff/leads").await.assert_shows("href=\"/staff/leads/new\"");
    let draft = cora.get("/staff/leads/new").await.assert_status(200).attribute("name=\"draft\" value").unwrap();
    let quiet = call(&draft).with("quiet", "yes");
    cora.post("/staff/leads/new/drafts", &quiet.pairs()).await.assert_status(204);
    let fields = call(&draft).with("talking", "yes");
    let first = cora.post("/staff/leads/new", &fields.pairs()).await.assert_status(303);
    let again = cora.post("/staff/leads/new", &fields.pairs()).await.assert_status(303);
    assert_eq!(first.location(), again.location(), "pressed twice it is one lead");
    assert_eq!(version_and_stage(&cora, first.location()).await, ("contacted".to_owned(), String::new()));
    let page = cora.get(first.location()).await.assert_shows("Rosa Núñez").assert_shows("You, since").assert_shows("Phone");
    page.assert_shows("spoke with");
    assert_eq!(drafts(&app).await, 0, "the draft is gone");
    let mut conn = app.conn().await;
    let channel: Vec<String> = inquiries::table.select(inquiries::channel).load(&mut conn).await.unwrap();
    assert_eq!(channel, ["phone"]);
    let told: i64 = outbox_messages::table.count().get_result(&mut conn).await.unwrap();
    assert_eq!(told, 0, "who is on the phone knows");
    let silent = call(&Uuid::now_v7().to_string()).with("message", "left a number and hung up");
    let new = cora.post("/staff/leads/new", &silent.pairs()).await.assert_status(303);
    assert_eq!(version_and_stage(&cora, new.location()).await.0, "new");
    app.stop().await;
}

#[actix_web::test]
async fn a_draft_is_sealed_and_found_again_after_signing_out_and_by_its_writer_alone() {
    let app = TestApp::start().await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    let id = Uuid::now_v7().to_string();
    let half = InquiryFields(vec![("draft", id.clone()), ("name", "Rosa <b>Núñez".into()), ("phone", "831".into())]);
    let kept = cora.post("/staff/leads/new/drafts", &half.pairs()).await.assert_status(303);
    assert_eq!(kept.location(), format!("/staff/leads/new?draft={id}"));
    let more = half.clone().with("message", "he drinks since March");
    cora.post("/staff/leads/new/drafts", &more.pairs()).await.assert_status(303);
    cora.post("/staff/logout", &[]).await.assert_status(303);
    let cora = app.sign_in("cora").await;
    cora.get("/staff/leads/new").await.assert_shows("Your unfinished calls").assert_shows("Rosa &#60;b&#62;Núñez");
    cora.get(kept.location()).await.assert_shows("value=\"831\"").assert_shows("he drinks since March");
    let sealed: Vec<u8> = call_drafts::table.select(call_drafts::form).first(&mut app.conn().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("March"));
    colin.get("/staff/leads/new").await.assert_hides("unfinished");
    colin.get(kept.location()).await.assert_hides("March");
    colin.post("/staff/leads/new/drafts", &half.pairs()).await.assert_status(404);
    colin.post(&format!("/staff/leads/new/drafts/{id}/discard"), &[]).await.assert_status(303);
    assert_eq!(drafts(&app).await, 1, "another's draft stays");
    cora.post(&format!("/staff/leads/new/drafts/{id}/discard"), &[]).await.assert_status(303);
    assert_eq!(drafts(&app).await, 0);
    cora.post("/staff/leads/new/drafts", &[("name", " "), ("language", "en")]).await.assert_status(303);
    assert_eq!(drafts(&app).await, 0, "an empty page is no draft");
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_saved_comes_back_whole_and_is_kept() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let bad =
        call(&Uuid::now_v7().to_string()).with("phone", "12").with("who_for", "").with("state", "ZZ").with("program", "telehealth");
    let page = cora.post("/staff/leads/new", &bad.pairs()).await.assert_status(422);
    let page = page.assert_shows("id=\"phone-error\"").assert_shows("id=\"who_for-error\"").assert_shows("id=\"state-error\"");
    let page = page.assert_shows("value=\"12\"").assert_shows("<option selected>ZZ</option>").assert_shows("Rosa Núñez");
    page.assert_shows("value=\"telehealth\" checked");
    assert_eq!(drafts(&app).await, 1, "and it is kept");
    app.administrator().await.get("/staff/leads/new").await.assert_status(404);
    app.stop().await;
}
