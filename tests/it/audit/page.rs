//! The audit log as administrators read it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::audit::chain::{Linker, checkpoints};
use intake::db::schema::audit_events;
use intake::values::Role;

use crate::support::{Client, InquiryFields, TestApp};

/// The reference of the one lead there is.
async fn reference(client: &Client) -> String {
    client.get("/staff/leads").await.assert_status(200).attribute("data-reference").expect("a lead")
}

async fn count(app: &TestApp, action: &str) -> i64 {
    audit_events::table.filter(audit_events::action.eq(action)).count().get_result(&mut app.conn().await).await.unwrap()
}

#[actix_web::test]
async fn who_looked_at_a_lead_is_one_press_away_and_the_look_at_the_log_leaves_a_trace() {
    let app = TestApp::start().await;
    app.receipt_of(&InquiryFields::default()).await;
    let cora = app.coordinator().await;
    let lead = reference(&cora).await;
    cora.get(&format!("/staff/leads/{lead}")).await.assert_status(200).assert_hides("Who looked");
    let all = app.signed_in("alma", &[Role::Coordinator, Role::Administrator]).await;
    let way = format!("/staff/audit?record={lead}");
    all.get(&format!("/staff/leads/{lead}")).await.assert_shows(&way);
    let page = all.get(&way).await.assert_status(200).assert_shows("Cora Tester").assert_shows("Lead: viewed");
    page.assert_hides("June Hollis");
    assert_eq!(count(&app, "audit.viewed").await, 1);
    all.get(&format!("/staff/audit?what=lead.viewed&record={}", lead.to_lowercase())).await.assert_status(200).assert_shows(&lead);
    all.get("/staff/audit?record=nothing+of+ours").await.assert_status(422).assert_shows("Write a lead");
    all.get("/staff/audit?record=EL-000000").await.assert_status(200).assert_shows("Nothing found");
    cora.get("/staff/audit").await.assert_status(404);
    app.deliver_mail().await;
    app.stop().await;
}

#[actix_web::test]
async fn pages_go_on_where_the_last_one_ended_without_gap_or_repetition() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let rows: Vec<_> = (0..250)
        .map(|at| {
            (
                audit_events::actor.eq("system"),
                audit_events::action.eq("seed.made"),
                audit_events::details.eq(serde_json::json!({ "number": at })),
            )
        })
        .collect();
    diesel::insert_into(audit_events::table).values(rows).execute(&mut app.conn().await).await.unwrap();
    let mut path = "/staff/audit?who=system&what=seed.made".to_owned();
    loop {
        let page = admin.get(&path).await.assert_status(200);
        let ids: Vec<i64> =
            page.body.split("data-event=\"").skip(1).map(|part| part.split_once('"').unwrap().0.parse().unwrap()).collect();
        let Some((_, rest)) = page.body.split_once("class=\"btn\" href=\"/staff/audit?") else {
            assert_eq!(ids.len(), 50, "the last page");
            break;
        };
        path = format!("/staff/audit?{}", rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&"));
        assert_eq!(ids.len(), 100);
        assert!(ids.is_sorted_by(|a, b| a > b));
        assert!(path.contains(&format!("before={}", ids[99])), "{path}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn days_and_people_narrow_the_search() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    app.sign_in("cora").await;
    let zone = app.app.config.facility.time_zone;
    let today = chrono::Utc::now().with_timezone(&zone).date_naive();
    let tomorrow = today.succ_opt().unwrap();
    let on = async |from, to| admin.get(&format!("/staff/audit?who={cora}&from={from}&to={to}")).await.assert_status(200);
    on(today, today).await.assert_shows("Session: signed in");
    on(tomorrow, tomorrow).await.assert_shows("Nothing found");
    admin.get(&format!("/staff/audit?who={cora}&what=lead.viewed")).await.assert_shows("Nothing found");
    admin.get("/staff/audit?from=soon").await.assert_status(422).assert_shows("Write days");
    app.stop().await;
}

/// What the worker does every five minutes.
async fn checkpoint(app: &TestApp, linker: &mut Linker) {
    let mut conn = app.conn().await;
    linker.link_all(&mut conn, &app.app.keys, chrono::Utc::now()).await.unwrap();
    let anchor = linker.checkpoint(&mut conn, &app.app.keys, chrono::Utc::now()).await.unwrap().expect("the log grew");
    checkpoints::append(&app.data_dir, &anchor).unwrap();
}

/// As the owner of the tables, who can switch off what guards them.
async fn tamper(app: &TestApp, sql: &[&str]) {
    let mut conn = app.conn().await;
    for sql in ["ALTER TABLE audit_events DISABLE TRIGGER USER", "ALTER TABLE audit_links DISABLE TRIGGER USER"].iter().chain(sql) {
        diesel::sql_query(*sql).execute(&mut conn).await.unwrap();
    }
}

#[actix_web::test]
async fn the_verify_button_walks_the_real_chain_and_finds_a_changed_row() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    checkpoint(&app, &mut Linker::default()).await;
    let page = admin.post("/staff/audit/verification", &[]).await.assert_status(200).assert_shows("data-verified=\"true\"");
    page.assert_shows("1 checkpoints agree, the first of 20");
    tamper(&app, &["UPDATE audit_events SET action = 'x' WHERE id = (SELECT min(id) FROM audit_events)"]).await;
    let page = admin.post("/staff/audit/verification", &[]).await.assert_status(200);
    page.assert_shows("data-verified=\"false\"").assert_shows("broken at link 1");
    assert_eq!(count(&app, "audit.verified").await, 2);
    app.stop().await;
}

#[actix_web::test]
async fn a_log_whose_checkpoints_are_gone_is_not_said_to_hold() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let mut linker = Linker::default();
    checkpoint(&app, &mut linker).await;
    for _ in 0..5 {
        admin.get("/staff/audit").await.assert_status(200);
    }
    checkpoint(&app, &mut linker).await;
    let cut = "(SELECT seq FROM audit_links ORDER BY seq DESC LIMIT 1)";
    let event = format!("DELETE FROM audit_events WHERE id > (SELECT event_id FROM audit_links WHERE seq = {cut} - 3)");
    let links = format!("DELETE FROM audit_links WHERE seq > {cut} - 3");
    tamper(&app, &["ALTER TABLE audit_links DROP CONSTRAINT audit_links_event_id_fkey", event.as_str(), links.as_str()]).await;
    let verify =
        async || admin.post("/staff/audit/verification", &[]).await.assert_status(200).assert_shows("data-verified=\"false\"");
    verify().await.assert_shows("the log ends before it");
    std::fs::remove_file(app.data_dir.join("audit-anchors.jsonl")).unwrap();
    verify().await.assert_shows("there are no checkpoints on this host").assert_hides("The log holds");
    app.stop().await;
}

#[actix_web::test]
async fn the_download_holds_every_entry_names_nobody_and_is_itself_in_the_log() {
    let app = TestApp::start().await;
    app.receipt_of(&InquiryFields::default()).await;
    let cora = app.coordinator().await;
    let lead = reference(&cora).await;
    cora.get(&format!("/staff/leads/{lead}")).await.assert_status(200);
    let admin = app.administrator().await;
    let all: i64 = audit_events::table.count().get_result(&mut app.conn().await).await.unwrap();
    let file = admin.post("/staff/audit/export", &[]).await.assert_status(200).assert_hides("June Hollis");
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let mut reader = csv::Reader::from_reader(file.body.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(i64::try_from(rows.len()).unwrap(), all + 1, "the download is in it");
    assert_eq!(&rows[0][4], "audit.exported");
    assert!(rows.iter().any(|row| &row[4] == "lead.viewed" && row[6] == lead && &row[3] == "Cora Tester"));
    let narrowed = admin.post("/staff/audit/export", &[("record", &lead)]).await.assert_status(200);
    assert!(narrowed.body.lines().skip(1).all(|line| line.contains(&lead)), "{}", narrowed.body);
    app.deliver_mail().await;
    app.stop().await;
}

#[actix_web::test]
async fn many_leads_opened_in_a_short_time_are_listed() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    admin.get("/staff/audit/unusual").await.assert_status(200).assert_hides("data-unusual=\"bad\"");
    let at = chrono::Utc::now() - chrono::Duration::days(1);
    let rows: Vec<_> = (0..40)
        .map(|_| {
            (
                audit_events::at.eq(at),
                audit_events::actor.eq("member"),
                audit_events::member_id.eq(cora.uuid()),
                audit_events::action.eq("lead.viewed"),
                audit_events::subject_kind.eq("lead"),
                audit_events::subject_id.eq(uuid::Uuid::now_v7().to_string()),
            )
        })
        .collect();
    diesel::insert_into(audit_events::table).values(rows).execute(&mut app.conn().await).await.unwrap();
    let page = admin.get("/staff/audit/unusual").await.assert_status(200);
    page.assert_shows("40 leads within ten minutes").assert_shows("Cora Tester");
    app.stop().await;
}

#[actix_web::test]
async fn who_opens_the_lead_of_somebody_with_their_own_family_name_is_listed_and_the_log_holds_no_name() {
    let app = TestApp::start().await;
    let (admin, cora) = (app.administrator().await, app.coordinator().await);
    let stranger = crate::leads::lead(&app).await;
    let cousin = InquiryFields::default().with("name", "Luís TÉSTER");
    let cousin = crate::leads::lead_of(&app, &cousin).await;
    cora.get(&format!("/staff/leads/{stranger}")).await.assert_status(200);
    // At night the same visit is rightly listed as "After hours": only this kind is looked for.
    admin.get("/staff/audit/unusual").await.assert_hides("Own family name");
    cora.get(&format!("/staff/leads/{cousin}")).await.assert_status(200);
    admin
        .get("/staff/audit/unusual")
        .await
        .assert_shows("Own family name")
        .assert_shows("Cora Tester")
        .assert_shows("1 lead, the first");
    let details: Vec<serde_json::Value> = audit_events::table
        .filter(audit_events::action.eq("lead.viewed"))
        .order(audit_events::id)
        .select(audit_events::details)
        .load(&mut app.conn().await)
        .await
        .unwrap();
    // Each view has a mark, and without the private key none says more than the other.
    let marks: Vec<&str> = details.iter().map(|one| one["mark"].as_str().expect("a mark")).collect();
    assert!(marks[0] != marks[1] && marks.iter().all(|mark| mark.len() == 16), "{details:?}");
    let same =
        |one: &serde_json::Value| one.as_object().unwrap().keys().all(|key| ["beside", "mark", "version"].contains(&key.as_str()));
    assert!(details.iter().all(same), "{details:?}");
    admin.get("/staff/audit?what=lead.viewed").await.assert_shows("version 1").assert_hides(marks[1]);
    // What the release before wrote down in clear is still listed.
    let old = "INSERT INTO audit_events (actor, member_id, action, subject_kind, subject_id, details) \
        SELECT 'member', member_id, 'lead.viewed', 'lead', gen_random_uuid()::text, '{\"own_name\": true}' FROM audit_events \
        WHERE action = 'lead.viewed' LIMIT 1";
    diesel::sql_query(old).execute(&mut app.conn().await).await.unwrap();
    admin.get("/staff/audit/unusual").await.assert_shows("2 leads, the first");
    app.deliver_mail().await;
    app.stop().await;
}
