//! What stands in the files.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::leads;

use super::{asking, export, rows};
use crate::leads::lead_of;
use crate::queue::seeded::seed;
use crate::support::{InquiryFields, TestApp};

#[actix_web::test]
async fn one_row_per_lead_closed_ones_included_and_quarantined_ones_not() {
    let app = TestApp::start().await;
    seed(&app, 150).await;
    let mara = app.manager().await;
    let all = rows(&export(&mara, &asking("csv", "identified")).await.body);
    let outside = leads::table.filter(leads::hold.is_distinct_from("quarantined"));
    let count: i64 = outside.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(i64::try_from(all.len()).unwrap() - 1, count);
    assert_eq!(all[0].len(), 27);
    assert!(all.iter().any(|row| row[9] == "admitted") && all.iter().any(|row| row[9].is_empty()));
    let received: Vec<&String> = all[1..].iter().map(|row| &row[1]).collect();
    assert!(received.is_sorted(), "the earliest first");
    let plain = rows(&export(&mara, &asking("csv", "deidentified")).await.body);
    assert!(plain.iter().zip(&all).all(|(plain, all)| plain[..] == all[..23]), "the same rows without the last four columns");

    let mut closed = asking("csv", "deidentified").to_vec();
    closed.extend([("standing", "closed"), ("language", "es")]);
    let some = rows(&export(&mara, &closed).await.body);
    assert!(some.len() > 2 && some.len() < plain.len());
    assert!(some[1..].iter().all(|row| row[3] == "es" && !row[9].is_empty()));
    app.stop().await;
}

#[actix_web::test]
async fn the_same_rows_make_the_same_bytes_in_both_formats() {
    let app = TestApp::start().await;
    seed(&app, 60).await;
    let mara = app.manager().await;
    for format in ["csv", "xlsx"] {
        let one = export(&mara, &asking(format, "identified")).await;
        let two = export(&mara, &asking(format, "identified")).await;
        assert!(one.body == two.body, "{format} differs");
    }
    app.stop().await;
}

#[actix_web::test]
async fn f20_the_zone_stands_in_the_head_and_the_time_is_that_of_the_screen() {
    let app = TestApp::start().await;
    let reference = lead_of(&app, &InquiryFields::default()).await;
    let at = "2026-03-08T10:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    diesel::update(leads::table).set(leads::received_at.eq(at)).execute(&mut app.conn().await).await.unwrap();
    let all = rows(&export(&app.manager().await, &asking("csv", "deidentified")).await.body);
    assert_eq!(all[0][1], "received_at (America/Los_Angeles)");
    assert_eq!((all[1][0].as_str(), all[1][1].as_str()), (reference.as_str(), "2026-03-08T03:30:00-07:00"));
    app.stop().await;
}
