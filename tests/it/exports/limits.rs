//! At most so many: counted and added in one step, also where many requests come at once. And what asks for no bytes costs none.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use intake::db::schema::{audit_events, exports, saved_views, snippets};
use reqwest::Method;

use super::asking;
use crate::leads::lead;
use crate::support::{Client, Page, TestApp, read};

/// Sends as many at once, each again while no connection is free.
async fn at_once(client: &Client, count: usize, path: &str, form: impl Fn(usize) -> Vec<(&'static str, String)>) -> Vec<Page> {
    let all = (0..count).map(|at| {
        let form = form(at);
        async move {
            loop {
                let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let page = client.post_once(path, &fields).await;
                if page.status != 503 {
                    return page;
                }
            }
        }
    });
    join_all(all).await
}

#[actix_web::test]
async fn of_sixty_exports_asked_for_at_once_thirty_are_taken() {
    let app = TestApp::start().await;
    lead(&app).await;
    let mara = app.manager().await;
    let form = |_| asking("csv", "deidentified").map(|(name, value)| (name, value.to_owned())).to_vec();
    let pages = at_once(&mara, 60, "/staff/exports", form).await;
    let taken = pages.iter().filter(|page| page.status == 303).count();
    assert_eq!((taken, pages.iter().filter(|page| page.status == 429).count()), (30, 30));
    let kept: i64 = exports::table.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(kept, 30);
    app.stop().await;
}

#[actix_web::test]
async fn of_many_snippets_with_ids_a_client_made_up_sixty_are_kept() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let form = |at: usize| {
        let id = if at.is_multiple_of(3) { String::new() } else { uuid::Uuid::now_v7().to_string() };
        vec![("id", id), ("kind", "note".into()), ("title", format!("Title {at}")), ("words", "Words".into())]
    };
    let pages = at_once(&mara, 79, "/staff/snippets", form).await;
    assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 60);
    let refused = pages.iter().find(|page| page.status == 422).expect("the others are refused");
    refused.clone().assert_shows("sixty texts already").assert_shows("value=\"Title");
    let kept: Vec<uuid::Uuid> = snippets::table.select(snippets::id).load(&mut app.conn().await).await.unwrap();
    assert_eq!(kept.len(), 60);
    let id = kept[0].to_string();
    let changed = [("id", id.as_str()), ("kind", "note"), ("title", "Changed"), ("words", "Other words")];
    mara.post("/staff/snippets", &changed).await.assert_status(303);
    mara.get("/staff/snippets").await.assert_shows("Changed");
    app.stop().await;
}

#[actix_web::test]
async fn of_many_views_saved_at_once_a_member_keeps_twelve() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let pages = at_once(&cora, 30, "/staff/views?view=mine", |at| vec![("name", format!("View {at}"))]).await;
    let many = pages.iter().filter(|page| page.location().contains("said=many")).count();
    let kept: i64 = saved_views::table.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!((kept, many), (12, 18));
    app.stop().await;
}

#[actix_web::test]
async fn one_member_takes_at_most_thirty_records_an_hour() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let mara = app.manager().await;
    let record = format!("/staff/leads/{reference}/rights/record");
    let fields = [("purpose", "She asked for it")];
    for at in 0..30 {
        assert_eq!(mara.post(&record, &fields).await.status, 200, "record {at}");
    }
    let refused = mara.post(&record, &fields).await.assert_status(429).assert_shows("30 records within an hour");
    assert_eq!(refused.header("retry-after"), "3600");
    refused.assert_shows("She asked for it").assert_hides("June Hollis");
    let taken = audit_events::table.filter(audit_events::action.eq("lead.record_exported")).count();
    assert_eq!(taken.get_result::<i64>(&mut app.conn().await).await.unwrap(), 30);
    let rhea = app.signed_in("rhea", &[intake::values::Role::Manager]).await;
    rhea.post(&record, &fields).await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn asking_for_the_head_of_a_file_neither_runs_nor_spends_nor_logs_it() {
    let app = TestApp::start().await;
    lead(&app).await;
    let mara = app.manager().await;
    let asked = mara.post("/staff/exports", &asking("csv", "deidentified")).await.assert_status(303);
    let logged = async || -> Vec<String> {
        let ours = audit_events::table.filter(audit_events::action.like("export.%").or(audit_events::action.like("report.%")));
        ours.order(audit_events::id).select(audit_events::action).load(&mut app.conn().await).await.unwrap()
    };
    for _ in 0..3 {
        let head = read(mara.request(Method::HEAD, asked.location()).header("Sec-Fetch-Site", "same-origin")).await;
        assert_eq!((head.status, head.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert_eq!(read(mara.request(Method::HEAD, "/staff/reports/download")).await.status, 200);
    }
    assert_eq!(logged().await, Vec::<String>::new());
    let state: String = exports::table.select(exports::state).first(&mut app.conn().await).await.unwrap();
    assert_eq!(state, "asked");
    mara.get(asked.location()).await.assert_status(200).assert_shows("received_at");
    assert_eq!(logged().await, ["export.started", "export.finished"]);
    assert_eq!(read(mara.request(Method::HEAD, asked.location())).await.status, 409, "it was fetched");
    app.stop().await;
}

#[actix_web::test]
async fn what_a_file_is_for_is_shown_to_those_who_may_read_leads_and_to_its_author() {
    let app = TestApp::start().await;
    lead(&app).await;
    let (mara, ada) = (app.manager().await, app.administrator().await);
    let ask = |purpose: &'static str| [("format", "csv"), ("columns", "deidentified"), ("purpose", purpose)];
    mara.post("/staff/exports", &ask("For June's insurer")).await.assert_status(303);
    ada.post("/staff/exports", &ask("For the yearly audit")).await.assert_status(303);
    let list = ada.get("/staff/exports").await.assert_status(200).assert_shows("For the yearly audit");
    list.assert_hides("insurer").assert_shows("Purpose shown to managers").assert_shows("Mara Tester");
    mara.get("/staff/exports").await.assert_shows("For June&#39;s insurer").assert_shows("For the yearly audit");
    app.stop().await;
}
