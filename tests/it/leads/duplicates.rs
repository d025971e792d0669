//! Leads about one person: suggested with evidence, merged and taken apart by people, and nothing lost on the way.

use std::collections::BTreeMap;

use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, RunQueryDsl};
use intake::leads::directory::{Directory, Entry};
use intake::leads::duplicates::view::Duplicates;
use intake::leads::lead_view::LeadView;
use intake::leads::lead_view::view::{LeadParts, Reading};
use intake::leads::store as leads_store;
use intake::leads::suggestion::Offers;
use intake::values::{PhoneNumber, Reference};

use super::{attempt, lead, lead_of, open, standing, trace};
use crate::queue::seeded::Counting;
use crate::support::{Client, InquiryFields, TestApp};

#[derive(diesel::QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

/// Every row of every table but the audit log, the timelines (both only grow) and sessions; versions, which only grow, left out.
async fn dump(app: &TestApp) -> BTreeMap<String, String> {
    let mut conn = app.conn().await;
    let names =
        "SELECT table_name AS words FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND table_name NOT IN ('audit_events', 'audit_links', 'timeline_entries', 'sessions', 'lead_watchers') ORDER BY 1";
    let names: Vec<Words> = diesel::sql_query(names).load(&mut conn).await.unwrap();
    let mut all = BTreeMap::new();
    for Words { words: table } in names {
        let version = if table == "leads" { " - 'version'" } else { "" };
        let rows = format!(
            "SELECT coalesce(string_agg(row, E'\\n' ORDER BY row), '') AS words FROM (SELECT (to_jsonb(t){version})::text AS row FROM {table} t) rows"
        );
        let rows: Words = diesel::sql_query(rows).get_result(&mut conn).await.unwrap();
        all.insert(table, rows.words);
    }
    all
}

/// Gives a lead one of sixteen pasts.
async fn live(client: &Client, reference: &str, past: u32) {
    if past & 1 != 0 {
        client.act(reference, "claim", &[]).await.assert_status(303);
    }
    if past & 2 != 0 {
        attempt(client, reference, "call", "no_answer").await;
    }
    if past & 4 != 0 {
        let soon = (chrono::Utc::now() + chrono::Duration::hours(30)).to_rfc3339();
        client.act(reference, "follow-ups", &[("due_at", &soon), ("body", "ask for the son")]).await.assert_status(303);
    }
    if past & 8 != 0 {
        let day = (chrono::Utc::now() + chrono::Duration::days(4)).format("%Y-%m-%d").to_string();
        client.act(reference, "pause", &[("resume_on", &day)]).await.assert_status(303);
    }
}

#[actix_web::test]
async fn f16_merge_then_unmerge_is_identity_on_every_table() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    for past in 0..16 {
        let (goes, stays) = (lead(&app).await, lead(&app).await);
        live(&cora, &goes, past).await;
        live(&mara, &stays, 15 - past).await;
        let before = dump(&app).await;
        mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
        let merged = dump(&app).await;
        assert_ne!(merged["leads"], before["leads"]);
        assert_eq!(merged["inquiries"], before["inquiries"], "every inquiry is kept");
        mara.act(&goes, "merge/undo", &[]).await.assert_status(303);
        let after = dump(&app).await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{table} is not as it was, past {past}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_chain_of_merges_is_taken_apart_from_its_end() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let (first, second, third) = (lead(&app).await, lead(&app).await, lead(&app).await);
    live(&mara, &first, 5).await;
    let before = dump(&app).await;
    mara.act(&first, "merge", &[("survivor", &second)]).await.assert_status(303);
    mara.act(&second, "merge", &[("survivor", &third)]).await.assert_status(303);
    mara.act(&first, "merge/undo", &[]).await.assert_status(422).assert_shows("Take that back first");
    mara.act(&second, "merge/undo", &[]).await.assert_status(303);
    mara.act(&first, "merge/undo", &[]).await.assert_status(303);
    assert_eq!(dump(&app).await, before);
    app.stop().await;
}

#[actix_web::test]
async fn a_merged_lead_keeps_its_page_and_shows_at_the_one_that_stays() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let goes = lead_of(&app, &InquiryFields::default().with("message", "my brother needs help")).await;
    let stays = lead(&app).await;
    let promise = (chrono::Utc::now() + chrono::Duration::hours(3)).to_rfc3339();
    mara.act(&goes, "follow-ups", &[("due_at", &promise), ("body", "call the sister")]).await.assert_status(303);
    mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
    let (stage, outcome, ..) = standing(&mara, &goes).await;
    assert_eq!((stage.as_str(), outcome.as_str()), ("new", "duplicate"));
    open(&mara, &goes).await.assert_shows("This lead was merged.").assert_shows(&stays).assert_shows("my brother needs help");
    let page = open(&mara, &stays).await.assert_shows("my brother needs help").assert_shows("call the sister");
    page.assert_shows(&format!("merged {goes} into this lead"));
    mara.get("/staff/leads").await.assert_hides(&goes).assert_shows(&stays);
    for reference in [&goes, &stays] {
        assert!(trace(&app, reference).await.contains(&"lead.merged".to_owned()));
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_merged_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let (goes, stays, closed, flagged) = (lead(&app).await, lead(&app).await, lead(&app).await, lead(&app).await);
    mara.act(&closed, "closure", &[("outcome", "invalid"), ("reason", "test")]).await.assert_status(303);
    mara.act(&flagged, "red-flags", &[("flag", "minor")]).await.assert_status(303);
    cora.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(404);
    for (lead, survivor, words) in [
        (&goes, "", "reference of the lead that stays"),
        (&goes, "EL-000000", "no lead with this reference"),
        (&goes, goes.as_str(), "into itself"),
        (&goes, closed.as_str(), "Reopen it first"),
        (&closed, stays.as_str(), "Only an open lead"),
        (&flagged, stays.as_str(), "red flag stands"),
    ] {
        mara.act(lead, "merge", &[("survivor", survivor)]).await.assert_status(422).assert_shows(words);
    }
    mara.act(&goes, "merge/undo", &[]).await.assert_status(422).assert_shows("not merged");
    let stale = mara.post(&format!("/staff/leads/{goes}/merge"), &[("version", "9"), ("survivor", &stays)]).await;
    stale.assert_status(409);
    mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
    mara.act(&goes, "closure", &[("outcome", "invalid"), ("reason", "test")]).await.assert_status(422);
    mara.act(&goes, "reopening", &[]).await.assert_status(422);
    cora.act(&goes, "merge/undo", &[]).await.assert_status(404);
    app.stop().await;
}

/// The page once the directory has heard of both.
async fn suggested(client: &Client, reference: &str, other: &str) -> crate::support::Page {
    for _ in 0..100 {
        let page = open(client, reference).await;
        if page.body.contains(&format!("duplicates?with={other}")) {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{other} was not suggested beside {reference}");
}

#[actix_web::test]
async fn evidence_is_shown_and_two_people_with_one_phone_are_never_merged_by_software() {
    let app = TestApp::start().await;
    let (mara, cora) = (app.manager().await, app.coordinator().await);
    let of = |name: &str, phone: &str| InquiryFields::default().with("name", name).with("phone", phone);
    let mother = lead_of(&app, &of("Ana Ruiz", "+1 (831) 555-0142").with("email", "Home@Example.org")).await;
    let son = lead_of(&app, &of("Luis Ruiz", "831.555.0142 x3").with("email", "home@example.org")).await;
    let named = lead_of(&app, &of("ANA RUIZ", "555 010 0101").with("state", "CA")).await;
    let page = suggested(&cora, &son, &mother).await.assert_shows("Same phone number").assert_shows("Same e-mail address");
    page.assert_hides(&format!("duplicates?with={named}"));
    for one in [&mother, &son] {
        assert_eq!(standing(&cora, one).await.1, "", "nothing is merged by itself");
    }
    let again = lead_of(&app, &of("Ana Ruíz", "555 010 0102").with("state", "CA")).await;
    suggested(&cora, &again, &named).await.assert_shows("Same name and state");
    let path = format!("/staff/leads/{son}/duplicates?with={mother}");
    let compare = cora.get(&path).await.assert_status(200).assert_shows("Ana Ruiz").assert_shows("Luis Ruiz");
    compare.assert_shows("A manager merges leads").assert_hides(&format!("/staff/leads/{mother}/merge"));
    mara.get(&path).await.assert_shows(&format!("/staff/leads/{mother}/merge"));
    mara.get(&format!("/staff/leads/{son}/duplicates?with={son}")).await.assert_status(404);
    let dismissal = format!("/staff/leads/{son}/duplicates/{mother}/dismissal");
    cora.post(&dismissal, &[]).await.assert_status(303);
    cora.post(&dismissal, &[]).await.assert_status(303);
    open(&mara, &son).await.assert_hides("Perhaps the same person");
    open(&mara, &mother).await.assert_hides(&format!("duplicates?with={son}"));
    app.stop().await;
}

#[actix_web::test]
async fn f15_a_returning_person_is_never_refused_comes_first_and_the_owner_is_told() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let words = |text: &str| InquiryFields::default().with("name", "Noor Said").with("phone", "831 555 0171").with("message", text);
    let earlier = lead_of(&app, &words("first time")).await;
    cora.act(&earlier, "claim", &[]).await.assert_status(303);
    run(&app, "UPDATE staff SET notify_new_inquiries = false; DELETE FROM outbox_messages").await;
    let other = lead_of(&app, &InquiryFields::default().with("phone", "555 010 0999")).await;
    let again = lead_of(&app, &words("it is worse now").with("phone", "+1 831 555 0171")).await;
    suggested(&cora, &again, &earlier).await.assert_shows("Same phone number");
    for _ in 0..100 {
        if trace(&app, &again).await.contains(&"lead.return_noticed".to_owned()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let told = "SELECT coalesce(string_agg(s.name || ' ' || l.reference, ','), '') AS words FROM outbox_messages m \
        JOIN staff s ON s.id = m.member_id JOIN leads l ON l.id = m.lead_id";
    let told: Words = diesel::sql_query(told).get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(told.words, format!("Cora Tester {again}"), "the owner is told, once");
    let due = "SELECT string_agg(reference, ',' ORDER BY due_at, reference) AS words FROM leads WHERE owner_id IS NULL";
    let due: Words = diesel::sql_query(due).get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(due.words, format!("{again},{other}"), "who came back comes first");
    assert_eq!(standing(&cora, &earlier).await.1, "", "and nothing is merged");
    let queue = cora.get("/staff/leads").await.assert_shows("wrote before, first contact promised");
    let marked = |reference: &str| {
        let (_, row) = queue.body.split_once(&format!("data-reference=\"{reference}\"")).expect("its row");
        row.split_once("</tr>").unwrap().0.contains("title=\"Wrote before\"")
    };
    assert!(marked(&again) && !marked(&earlier) && !marked(&other), "the sign stands on who came back alone");
    app.stop().await;
}

async fn run(app: &TestApp, sql: &str) {
    diesel_async::SimpleAsyncConnection::batch_execute(&mut app.conn().await, sql).await.unwrap();
}

#[actix_web::test]
async fn the_receipt_of_a_merged_inquiry_follows_the_lead_that_stays() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let receipt = app.receipt_of(&InquiryFields::default().with("phone", "555 010 0199")).await;
    let path = format!("/receipts/{receipt}");
    let words: Words = diesel::sql_query("SELECT reference AS words FROM leads").get_result(&mut app.conn().await).await.unwrap();
    let (goes, stays) = (words.words, lead(&app).await);
    let before = app.client().get(&path).await.assert_status(200).body;
    mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
    mara.act(&stays, "claim", &[]).await.assert_status(303);
    attempt(&mara, &stays, "call", "spoke_inquirer").await;
    let after = app.client().get(&path).await.assert_status(200).assert_hides(&stays).body;
    assert_ne!(before, after, "it says that somebody spoke with them");
    app.stop().await;
}

#[actix_web::test]
async fn what_stands_beside_a_lead_costs_the_same_however_many_there_are() {
    let app = TestApp::start().await;
    let mara = app.manager().await;
    let member = app.add_member("rita", &[intake::values::Role::Coordinator]).await;
    let stays = lead(&app).await;
    let mut conn = app.conn().await;
    let counting = Counting::default();
    conn.set_instrumentation(counting.clone());
    let offers = Offers::default();
    let reading = Reading { keys: &app.app.keys, offers: &offers, config: &app.app.config, member, now: chrono::Utc::now() };
    let directory = Directory::empty();
    let mut costs = Vec::new();
    for more in [1, 1, 7] {
        for _ in 0..more {
            let goes = lead(&app).await;
            mara.act(&goes, "merge", &[("survivor", &stays)]).await.assert_status(303);
            let like = lead(&app).await;
            let like = leads_store::find(&mut conn, &Reference::parse(&like).unwrap()).await.unwrap().unwrap().id;
            let (inquiry, phone) = (uuid::Uuid::now_v7(), Some("555 010 0111"));
            directory.add(&[Entry { inquiry, lead: like, name: "June Hollis", phone, email: None }]);
        }
        let found = leads_store::find(&mut conn, &Reference::parse(&stays).unwrap()).await.unwrap().unwrap();
        let mut view = LeadView::open(LeadParts::read(&mut conn, found).await.unwrap(), &reading).unwrap();
        view.contact.phone = Some(PhoneNumber::parse("(555) 010-0111").unwrap());
        let before = counting.so_far();
        let beside = Duplicates::read(&mut conn, Some(&directory), &view, &reading).await.unwrap();
        costs.push(counting.so_far() - before);
        assert_eq!(beside.suggested.len(), (beside.merged.len()).min(5));
    }
    assert_eq!(costs, [7, 7, 7]);
    app.stop().await;
}
