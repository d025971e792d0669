//! Order, paging, views.

use std::collections::HashSet;

use diesel_async::SimpleAsyncConnection;

use super::seeded::seed;
use super::{next, references};
use crate::support::{InquiryFields, TestApp};

#[actix_web::test]
async fn a_new_inquiry_stands_on_top_of_the_queue_with_its_reason() {
    let app = TestApp::start().await;
    let fields = InquiryFields::default().with("program", "inpatient").with("how_soon", "today").with("name", "<b>J'Marcus</b>");
    app.submit(&fields).await.assert_status(303);
    let page = app.coordinator().await.get("/staff/leads").await.assert_status(200);
    assert_eq!(references(&page.body).len(), 1);
    let page = page.assert_shows("asked for inpatient, wants to start today").assert_shows("First contact");
    let page = page.assert_shows("min left").assert_shows("Claim").assert_hides("<b>J'Marcus");
    assert_eq!(page.header("cache-control"), "no-store");
    app.stop().await;
}

#[actix_web::test]
async fn walking_the_pages_sees_every_lead_once_in_order_also_while_others_change() {
    let app = TestApp::start().await;
    let all: HashSet<String> = seed(&app, 700).await.into_iter().collect();
    let client = app.coordinator().await;
    let (mut seen, mut at) = (Vec::new(), Some("/staff/leads".to_owned()));
    while let Some(path) = at {
        let page = client.get(&path).await.assert_status(200);
        let rows = references(&page.body);
        assert!(rows.len() <= 50);
        seen.extend(rows);
        at = next(&page.body);
        app.submit(&InquiryFields::default().with("name", format!("Late Comer {}", seen.len()))).await.assert_status(303);
    }
    let unique: HashSet<String> = seen.iter().cloned().collect();
    assert_eq!(unique.len(), seen.len(), "nobody twice");
    let missed: Vec<_> = all.difference(&unique).collect();
    assert!(missed.is_empty() && all.len() > 60, "{} open, missed {missed:?}", all.len());
    app.stop().await;
}

#[actix_web::test]
async fn a_lapsed_claim_shows_as_unclaimed() {
    let app = TestApp::start().await;
    let member = app.add_member("nina", &[intake::values::Role::Coordinator]).await;
    app.submit(&InquiryFields::default()).await.assert_status(303);
    let claim = |until: &str| {
        format!("UPDATE leads SET owner_id = '{member}', claimed_at = now(), lease_until = now() + interval '{until}'")
    };
    let client = app.coordinator().await;
    app.conn().await.batch_execute(&claim("5 minutes")).await.unwrap();
    client.get("/staff/leads").await.assert_shows("Nina").assert_hides("btn--soft\">Claim");
    assert!(references(&client.get("/staff/leads?view=unclaimed").await.body).is_empty());
    app.conn().await.batch_execute(&claim("-1 minute")).await.unwrap();
    client.get("/staff/leads").await.assert_hides("Nina").assert_shows("Claim");
    assert_eq!(references(&client.get("/staff/leads?view=unclaimed").await.body).len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn an_empty_queue_says_what_is_true_and_strange_parameters_break_nothing() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    client.get("/staff/leads").await.assert_shows("Everyone has been answered.");
    for query in ["view=closed", "stage=closed", "view=paused", "view=all", "stage=nope&owner=me&program=1&after=%00"] {
        client.get(&format!("/staff/leads?{query}")).await.assert_status(200).assert_shows("card empty");
    }
    assert_eq!(client.get("/staff").await.assert_status(303).location(), "/staff/leads");
    assert_eq!(app.administrator().await.get("/staff").await.assert_status(303).location(), "/staff/people");
    app.stop().await;
}
