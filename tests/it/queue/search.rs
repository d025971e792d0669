//! Search: the term never stands in a URL, and belongs to who asked.

use std::time::Duration;

use super::references;
use crate::support::{Client, InquiryFields, Page, TestApp};

/// Searches until there is a hit, for at most three seconds.
async fn search(client: &Client, term: &str) -> Page {
    let mut page = find(client, term).await;
    for _ in 0..30 {
        if !references(&page.body).is_empty() {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        page = find(client, term).await;
    }
    page
}

async fn find(client: &Client, term: &str) -> Page {
    let answer = client.post("/staff/searches", &[("q", term)]).await.assert_status(303);
    let id = answer.location().strip_prefix("/staff/searches/").expect("an opaque id");
    assert!(uuid::Uuid::parse_str(id).is_ok());
    client.get(answer.location()).await.assert_status(200)
}

#[actix_web::test]
async fn a_person_is_found_by_what_is_remembered_of_them() {
    let app = TestApp::start().await;
    let person = InquiryFields::default().with("name", "Anna-Lena Müller").with("email", "anna.lena@example.org");
    let receipt = app.receipt_of(&person).await;
    app.submit(&InquiryFields::default().with("name", "Somebody Else").with("phone", "650 555 0188")).await.assert_status(303);
    let client = app.coordinator().await;
    let page = search(&client, "muller").await.assert_shows("Anna-Lena Müller").assert_hides("Somebody Else");
    let reference = references(&page.body).remove(0);
    for term in ["Mülelr", "831 555-0117", "5550117", "ANNA.LENA@", &reference, &reference.to_lowercase(), &receipt] {
        assert_eq!(references(&search(&client, term).await.body), std::slice::from_ref(&reference), "{term}");
    }
    let (title, _) = page.body.split_once("</title>").unwrap();
    assert!(!title.contains("muller"));
    app.stop().await;
}

#[actix_web::test]
async fn without_hits_it_says_so_kindly_and_shows_the_term_in_the_box_alone() {
    let app = TestApp::start().await;
    let page = find(&app.coordinator().await, "\"><script>zzqx").await;
    let page = page.assert_hides("data-reference").assert_hides("<script>zzqx").assert_shows("Nobody matches");
    page.assert_shows("zzqx");
    app.stop().await;
}

#[actix_web::test]
async fn a_search_of_another_session_is_not_there() {
    let app = TestApp::start().await;
    let (one, other) = (app.coordinator().await, app.colleague().await);
    let answer = one.post("/staff/searches", &[("q", "june")]).await.assert_status(303);
    one.get(answer.location()).await.assert_status(200);
    other.get(answer.location()).await.assert_status(404);
    app.sign_in("cora").await.get(answer.location()).await.assert_status(404);
    assert_eq!(one.post("/staff/searches", &[("q", "  ")]).await.assert_status(303).location(), "/staff/leads");
    app.stop().await;
}
