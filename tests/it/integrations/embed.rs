//! The form in a frame on the center's own website.

use crate::support::{InquiryFields, Settings, TestApp};

const WEBSITES: [&str; 2] = ["https://www.example.org", "https://example.org"];

async fn framed() -> TestApp {
    let mut settings = Settings::default();
    settings.config.embed.allowed_origins = WEBSITES.map(str::to_owned).to_vec();
    TestApp::start_with(settings).await
}

#[actix_web::test]
async fn only_the_framed_pages_may_be_framed_and_only_by_the_websites_of_the_configuration() {
    let app = framed().await;
    let client = app.client();
    for path in ["/embed", "/embed?language=es", "/embed/receipts/none", "/embed/nowhere"] {
        let policy = client.get(path).await.header("content-security-policy").to_owned();
        assert!(policy.ends_with("frame-ancestors https://www.example.org https://example.org"), "{path}: {policy}");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(client.get(path).await.header("x-frame-options"), "", "{path}");
    }
    for path in ["/", "/en", "/receipts/none", "/staff/login", "/embedded", "/assets/embed"] {
        let page = client.get(path).await;
        assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn without_a_website_there_is_no_framed_form() {
    let app = TestApp::start().await;
    let client = app.client();
    for path in ["/embed", "/embed/receipts/ABCD-EFGH-JKMN-P"] {
        let page = client.get(path).await.assert_status(404);
        assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{path}");
    }
    client.post("/embed/inquiries", &InquiryFields::default().pairs()).await.assert_status(404);
    app.stop().await;
}

#[actix_web::test]
async fn the_whole_way_stays_in_the_frame_in_both_languages() {
    let app = framed().await;
    let client = app.client();
    let form = client.get("/embed?language=es&utm_source=site").await.assert_status(200);
    for part in [
        r#"<html lang="es">"#,
        r#"action="/embed/inquiries""#,
        r#"href="/embed?language=en&#38;utm_source=site""#,
        r#"data-parents="https://www.example.org https://example.org""#,
    ] {
        assert!(form.body.contains(part), "{part} is missing");
    }
    assert!(!form.body.contains("/staff/login"), "nobody signs in inside a frame");

    let wrong = client.post("/embed/inquiries", &InquiryFields::default().with("name", "").pairs()).await.assert_status(422);
    assert!(wrong.body.contains(r#"action="/embed/inquiries""#));
    assert!(wrong.header("content-security-policy").contains("frame-ancestors https://www.example.org"));

    let sent = client.post("/embed/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    let receipt = sent.header("location").to_owned();
    assert!(receipt.starts_with("/embed/receipts/"), "{receipt}");
    let page = client.get(&receipt).await.assert_status(200);
    assert!(page.body.contains(&format!("action=\"{receipt}/stop\"")));
    let stopped = client.post(&format!("{receipt}/stop"), &[]).await.assert_status(303);
    assert_eq!(stopped.header("location"), receipt);
    // The same receipt stands by itself too.
    client.get(receipt.trim_start_matches("/embed")).await.assert_status(200);
    app.stop().await;
}
