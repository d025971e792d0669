//! The JSON twin of the form.

use serde_json::{Value, json};

use crate::support::{InquiryFields, TestApp, read};

#[actix_web::test]
async fn json_gets_201_with_the_receipt_and_its_address() {
    let app = TestApp::start().await;
    let page = app.client().post_json("/api/v1/inquiries", &InquiryFields::default().json()).await.assert_status(201);
    let body: Value = serde_json::from_str(&page.body).unwrap();
    let receipt = body["receipt"].as_str().unwrap();
    assert_eq!(body["url"], format!("{}/receipts/{receipt}", app.base));
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn errors_are_problem_details_that_name_every_bad_field() {
    let app = TestApp::start().await;
    let page = app
        .client()
        .post_json("/api/v1/inquiries", &json!({ "who_for": "cat", "name": 7, "language": "es" }))
        .await
        .assert_status(422);
    assert_eq!(page.header("content-type"), "application/problem+json");
    let body: Value = serde_json::from_str(&page.body).unwrap();
    let mut fields: Vec<_> = body["errors"].as_object().unwrap().keys().cloned().collect();
    fields.sort();
    assert_eq!(fields, ["name", "phone", "who_for"]);
    app.stop().await;
}

#[actix_web::test]
async fn true_ticks_a_box_and_is_nobodys_name() {
    let app = TestApp::start().await;
    let mut fields = InquiryFields::default().json();
    fields["interpreter"] = json!(true);
    fields["acknowledge"] = json!(false);
    app.client().post_json("/api/v1/inquiries", &fields).await.assert_status(201);
    fields["name"] = json!(true);
    let page = app.client().post_json("/api/v1/inquiries", &fields).await.assert_status(422);
    assert!(page.body.contains("\"name\"") && !page.body.contains("\"interpreter\""), "{}", page.body);
    app.stop().await;
}

#[actix_web::test]
async fn the_idempotency_key_header_is_honoured_and_form_and_json_agree() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default().with("submission_key", "order-7");
    let first = app.receipt_of(&fields).await;
    let request = app
        .client()
        .request(reqwest::Method::POST, "/api/v1/inquiries")
        .header("Idempotency-Key", "order-7")
        .json(&fields.without("submission_key").json());
    let page = read(request).await.assert_status(201);
    assert!(page.body.contains(&first));
    app.stop().await;
}
