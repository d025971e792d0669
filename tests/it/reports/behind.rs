//! Every number can be opened.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::audit_events;

use super::{links, value};
use crate::queue::seeded::seed;
use crate::queue::{next, references};
use crate::support::TestApp;

#[actix_web::test]
async fn every_count_opens_to_exactly_as_many_leads() {
    let app = TestApp::start().await;
    seed(&app, 300).await;
    let mara = app.manager().await;
    let page = mara.get("/staff/reports?period=365").await.assert_status(200);
    let all = links(&page);
    assert!(all.len() > 100, "{}", all.len());
    for (name, shown, href) in all.iter().filter(|(name, ..)| !name.starts_with("time.")).step_by(9) {
        let counts = ["median", "p90", "within", "rate", "tried", "response.", "hours."].iter().all(|word| !name.contains(word));
        let behind = mara.get(href).await.assert_status(200);
        if counts {
            assert_eq!(&value(&behind, "behind"), shown, "{name}");
        }
        assert!(!references(&behind.body).is_empty(), "{name}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn the_list_behind_a_figure_is_read_page_by_page_and_every_page_leaves_a_trace() {
    let app = TestApp::start().await;
    seed(&app, 300).await;
    let mara = app.manager().await;
    let page = mara.get("/staff/reports?period=365").await.assert_status(200);
    let (_, shown, href) = links(&page).into_iter().find(|(name, ..)| name == "inquiries").expect("a link");
    let (mut seen, mut at, mut pages) = (Vec::new(), Some(href), 0);
    while let Some(href) = at {
        let page = mara.get(&href).await.assert_status(200);
        seen.extend(references(&page.body));
        at = next(&page.body);
        pages += 1;
    }
    let unique: std::collections::HashSet<&String> = seen.iter().collect();
    assert_eq!((seen.len().to_string(), unique.len()), (shown, seen.len()));
    let opened = audit_events::table.filter(audit_events::action.eq("report.leads")).count();
    assert_eq!(opened.get_result::<i64>(&mut app.conn().await).await.unwrap(), pages);
    app.stop().await;
}
