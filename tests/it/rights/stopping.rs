//! "Do not contact me".

use crate::leads::{lead_of, open};
use crate::support::{InquiryFields, TestApp};

fn fields() -> InquiryFields {
    InquiryFields::default().with("email", "june@example.org").with("phone", "(831) 555-0142")
}

#[actix_web::test]
async fn whoever_holds_a_receipt_stops_contact_at_once_and_staff_settle_it() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let public = app.client();
    let receipt = app.receipt_of(&fields()).await;
    let page = public.get(&format!("/receipts/{receipt}")).await.assert_shows("Please do not contact me");
    page.assert_shows(&format!("action=\"/receipts/{receipt}/stop\""));
    let stop = format!("/receipts/{receipt}/stop");
    assert_eq!(public.post(&stop, &[]).await.assert_status(303).location(), format!("/receipts/{receipt}"));
    public.post(&stop, &[]).await.assert_status(303);
    let after = public.get(&format!("/receipts/{receipt}")).await.assert_status(200);
    after.assert_shows("We will not contact you").assert_hides("Please do not contact me").assert_hides("we contact you</b>");

    let list = cora.get("/staff/leads?view=stopped").await.assert_status(200);
    let reference = list.attribute("data-reference").expect("the lead waits to be settled");
    let lead = open(&cora, &reference).await;
    let lead = lead
        .assert_shows("data-contact=\"stopped\"")
        .assert_shows("They asked not to be contacted")
        .assert_hides("href=\"tel:+1831");
    lead.assert_shows("Accept: never contact them");
    let call = [("channel", "call"), ("disposition", "no_answer"), ("note", "")];
    cora.act(&reference, "contact-attempts", &call).await.assert_status(422);
    cora.act(&reference, "follow-ups", &[("due_at", "2027-01-02T10:00"), ("body", "Call")]).await.assert_status(422);
    cora.act(&reference, "do-not-contact", &[]).await.assert_status(303);
    let settled = open(&cora, &reference).await.assert_shows("Nobody contacts this person");
    assert_eq!(settled.attribute("data-outcome").as_deref(), Some("lost"));
    app.stop().await;
}

#[actix_web::test]
async fn who_asked_us_to_stop_and_writes_anew_is_never_refused_and_a_person_decides() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let first = lead_of(&app, &fields()).await;
    cora.act(&first, "do-not-contact", &[("body", "Said so on the phone")]).await.assert_status(303);
    let again = lead_of(&app, &fields().with("message", "I would like to talk after all.")).await;
    assert_ne!(again, first);
    let page =
        open(&cora, &again).await.assert_shows("data-contact=\"warned\"").assert_shows("They wrote anew, so somebody decides");
    drop(page);
    cora.act(&again, "do-not-contact/end", &[("body", " ")]).await.assert_status(422).assert_shows("Say why contact is allowed");
    cora.act(&again, "do-not-contact/end", &[("body", "She called and wants help")]).await.assert_status(303);
    open(&cora, &again).await.assert_hides("data-contact=").assert_shows("She called and wants help");
    app.stop().await;
}

#[actix_web::test]
async fn an_unknown_receipt_stops_nothing_and_says_no_more_than_its_page() {
    let app = TestApp::start().await;
    let public = app.client();
    let unknown = public.post("/receipts/AAAA-BBBB-CCCC-D/stop", &[]).await.assert_status(404);
    let page = public.get("/receipts/AAAA-BBBB-CCCC-D").await.assert_status(404);
    assert_eq!(unknown.body, page.body);
    app.stop().await;
}
