//! Who may see figures but no leads.

use super::{links, value};
use crate::leads::{attempt, lead};
use crate::support::TestApp;

#[actix_web::test]
async fn an_administrator_sees_no_figure_about_fewer_than_five_people_and_opens_none() {
    let app = TestApp::start().await;
    let mut all = Vec::new();
    for _ in 0..8 {
        all.push(lead(&app).await);
    }
    let cora = app.coordinator().await;
    for reference in &all[..2] {
        attempt(&cora, reference, "call", "spoke_prospect").await;
    }
    let (ada, mara) = (app.administrator().await, app.manager().await);
    let page = ada.get("/staff/reports").await.assert_status(200).assert_shows("&lt; 5".replace("&lt;", "&#60;").as_str());
    assert_eq!(value(&page, "inquiries"), "8");
    for held_back in ["contacted", "contact.all.median", "contact.all.within_5", "waits.5.people", "waits.none.people"] {
        assert_eq!(value(&page, held_back), "", "{held_back}");
    }
    assert!(links(&page).is_empty());
    ada.get("/staff/reports/leads?figure=funnel&row=contacted&column=people").await.assert_status(404);
    let open = mara.get("/staff/reports").await.assert_status(200);
    assert_eq!((value(&open, "contacted"), value(&open, "waits.none.people")), ("2".into(), "6".into()));
    cora.get("/staff/reports").await.assert_status(404);
    app.stop().await;
}
