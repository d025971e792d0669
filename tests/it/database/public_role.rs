//! The host that faces the internet connects with a role that can take inquiries and tell how far they got, and nothing else.

use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::privileges;
use intake::db::schema::{audit_events, leads, outbox_messages};
use intake::sealing::Keys;
use intake::server::ServeRole;

use crate::failure::away::well;
use crate::support::{InquiryFields, Settings, TestApp, TestDatabase};

#[actix_web::test]
async fn the_public_role_takes_inquiries_and_reads_no_sealed_column_no_account_and_no_audit_log() {
    let database = TestDatabase::fresh().await;
    let role = format!("public_{}", database.name);
    let as_role = |role: &str| database.url.replacen("intake@", &format!("{role}@"), 1);
    let mut root = AsyncPgConnection::establish(&as_role("postgres")).await.expect("superuser");
    root.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await.expect("role");
    privileges::grant_public(&database.url, &role).await.expect("rights");
    privileges::grant_public(&database.url, &role).await.expect("rights, again");

    let keys = Arc::new(Keys::for_tests_public());
    let theirs = TestDatabase { url: as_role(&role), name: database.name.clone() };
    let app = TestApp::start_with(Settings { role: ServeRole::Public, keys, database: Some(theirs), ..Settings::default() }).await;
    let fields = InquiryFields::default().with("email", "june@example.org").with("acknowledge", "yes").with("text_consent", "yes");
    let receipt = app.receipt_of(&fields).await;
    assert_eq!(app.receipt_of(&fields).await, receipt, "the same submission");
    assert_eq!(app.receipt_of(&fields.clone().with("submission_key", "other")).await, receipt, "the same content");
    app.client().get(&format!("/receipts/{receipt}")).await.assert_status(200);
    app.client().post_json("/api/v1/inquiries", &fields.with("name", "Another").json()).await.assert_status(201);
    well(&app.client()).await;

    let mut conn = AsyncPgConnection::establish(&as_role(&role)).await.expect("connect");
    for forbidden in [
        "SELECT contact FROM inquiries",
        "SELECT receipt FROM inquiries",
        "SELECT count(request_stop(receipt)) FROM inquiries",
        "SELECT submission_digest FROM inquiries",
        "SELECT lead_id FROM inquiries",
        "UPDATE inquiries SET recent_digest = NULL",
        "INSERT INTO inquiries (erased_at) VALUES (now())",
        "SELECT stage FROM leads",
        "INSERT INTO leads (id, reference, received_at, due_at, survivor_id) VALUES (gen_random_uuid(), 'EL-X', now(), now(), NULL)",
        "SELECT id FROM staff",
        "SELECT kind FROM timeline_entries",
        "SELECT code FROM second_receipts",
        "INSERT INTO second_receipts (code, inquiry_id) SELECT id::text, id FROM inquiries",
        "INSERT INTO audit_events (actor, action) VALUES ('public', 'export.finished')",
        "INSERT INTO audit_tallies (action, details) VALUES ('session.failed', '{}')",
        "SELECT message FROM inquiries",
        "SELECT * FROM inquiries",
        "UPDATE inquiries SET contact = 'x'",
        "DELETE FROM inquiries",
        "SELECT owner_id FROM leads",
        "UPDATE leads SET version = 2",
        "SELECT email FROM staff",
        "SELECT password_hash FROM staff",
        "SELECT body FROM timeline_entries",
        "SELECT * FROM sessions",
        "SELECT * FROM audit_events",
        "UPDATE audit_events SET action = 'x'",
        "SELECT * FROM key_checks",
        "SELECT member_id FROM outbox_messages",
        "CREATE TABLE x (id int)",
        "DROP TABLE leads",
    ] {
        let error = diesel::sql_query(forbidden).execute(&mut conn).await.expect_err(forbidden).to_string();
        assert!(error.contains("permission denied") || error.contains("must be owner"), "{forbidden}: {error}");
    }
    drop((conn, root));
    app.stop().await;
}

/// A database with a public role that was granted its rights, and an Intake that connects with it.
async fn public_host(older: &str) -> (TestDatabase, String, TestApp) {
    let database = TestDatabase::fresh().await;
    let role = format!("public_{}", database.name);
    let as_role = |role: &str| database.url.replacen("intake@", &format!("{role}@"), 1);
    let mut root = AsyncPgConnection::establish(&as_role("postgres")).await.expect("superuser");
    root.batch_execute(&format!("CREATE ROLE {role} LOGIN; {}", older.replace("ROLE", &role))).await.expect("role");
    privileges::grant_public(&database.url, &role).await.expect("rights");
    let theirs = TestDatabase { url: as_role(&role), name: database.name.clone() };
    let url = theirs.url.clone();
    let keys = Arc::new(Keys::for_tests_public());
    let app = TestApp::start_with(Settings { role: ServeRole::Public, keys, database: Some(theirs), ..Settings::default() }).await;
    (database, url, app)
}

async fn audited(database: &TestDatabase) -> Vec<(String, String, serde_json::Value)> {
    let rows = audit_events::table.order(audit_events::id);
    rows.select((audit_events::actor, audit_events::action, audit_events::details))
        .load(&mut database.connect().await)
        .await
        .unwrap()
}

#[actix_web::test]
async fn a_stolen_public_host_forges_no_audit_row_mails_nobody_and_stops_contact_with_nobody() {
    let (database, url, app) = public_host("").await;
    let fields = InquiryFields::default().with("email", "june@example.org").with("acknowledge", "yes");
    app.receipt_of(&fields).await;
    let before = audited(&database).await;
    assert_eq!(before.len(), 1, "{before:?}");
    let mails = async || -> i64 { outbox_messages::table.count().get_result(&mut database.connect().await).await.unwrap() };
    let asked_for = mails().await;
    assert_eq!(
        (before[0].0.as_str(), before[0].1.as_str(), &before[0].2["held"]),
        ("public", "inquiry.received", &serde_json::Value::Null)
    );

    let mut conn = AsyncPgConnection::establish(&url).await.expect("connect");
    // Who was inquiring before: ids can be seen, and lead to nothing.
    for (recipe, words) in [
        (
            "INSERT INTO outbox_messages (id, kind, recipient_kind, inquiry_id) SELECT gen_random_uuid(), 'acknowledgement', 'inquirer', id FROM inquiries",
            "only mails about an inquiry of the same transaction",
        ),
        (
            "INSERT INTO outbox_messages (id, kind, recipient_kind, address_digest) VALUES (gen_random_uuid(), 'weekly_summary', 'configured', 'x')",
            "only mails about an inquiry of the same transaction",
        ),
        (
            "CREATE TEMP TABLE outbox_messages (id uuid); INSERT INTO public.outbox_messages (id, kind, recipient_kind, inquiry_id) SELECT gen_random_uuid(), 'acknowledgement', 'inquirer', id FROM inquiries",
            "only mails about an inquiry of the same transaction",
        ),
        (
            "CREATE TEMP TABLE t (x int); CREATE FUNCTION pg_temp.forge() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.audit_events (actor, action) VALUES (''system'', ''x''); RETURN NEW; END'; CREATE TRIGGER t AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.forge(); INSERT INTO t VALUES (1)",
            "permission denied",
        ),
    ] {
        let error = conn.batch_execute(recipe).await.expect_err(recipe).to_string();
        assert!(error.contains(words), "{recipe}: {error}");
    }
    for guess in [
        "SELECT request_stop(id::text) FROM inquiries",
        "SELECT is_stored(id, 'x') FROM inquiries",
        "SELECT keep_second_receipt(id::text, 'x') FROM inquiries",
    ] {
        let found: Vec<Said> =
            diesel::sql_query(format!("SELECT bool_or(said) AS said FROM ({guess}) x(said)")).load(&mut conn).await.unwrap();
        assert!(!found[0].said, "{guess}");
    }
    assert_eq!(audited(&database).await, before);
    let stopped = leads::table.filter(leads::contact_stopped_at.is_not_null()).count();
    assert_eq!(stopped.get_result::<i64>(&mut database.connect().await).await.unwrap(), 0);
    assert_eq!(mails().await, asked_for, "mails about the one inquiry");
    drop(conn);
    app.stop().await;
}

#[derive(diesel::QueryableByName)]
struct Said {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    said: bool,
}

#[actix_web::test]
async fn with_the_public_role_a_receipt_is_followed_and_contact_is_stopped() {
    let (database, _, app) = public_host("").await;
    let receipt = app.receipt_of(&InquiryFields::default()).await;
    let page = format!("/receipts/{receipt}");
    app.client().get(&page).await.assert_status(200).assert_shows("Please do not contact me");
    app.client().post(&format!("{page}/stop"), &[]).await.assert_status(303);
    app.client().get(&page).await.assert_status(200).assert_shows("We will not contact you");
    app.client().get("/receipts/ZZZZ-ZZZZ-ZZZZ-Z").await.assert_status(404);
    let mut owner = database.connect().await;
    owner
        .batch_execute("INSERT INTO second_receipts (code, inquiry_id) SELECT 'ABCD-EFGH-JKMN-P', id FROM inquiries")
        .await
        .unwrap();
    app.client().get("/receipts/ABCD-EFGH-JKMN-P").await.assert_status(200).assert_shows("We will not contact you");
    let actions: Vec<String> = audited(&database).await.into_iter().map(|(_, action, _)| action).collect();
    assert_eq!(actions, ["inquiry.received", "contact.stop_requested"]);
    drop(owner);
    app.stop().await;
}

/// What the release before granted, and its public program needs.
const OLDER: &str = "GRANT INSERT ON inquiries, leads, outbox_messages, audit_events, second_receipts TO ROLE; \
    GRANT SELECT (id, lead_id, receipt, received_at, language, submission_digest, recent_digest), UPDATE (recent_digest) ON inquiries TO ROLE; \
    GRANT SELECT (id, notify_new_inquiries, disabled_at, roles) ON staff TO ROLE";

#[actix_web::test]
async fn rights_of_the_release_before_stay_for_its_hosts_until_one_of_this_release_connects_and_forge_nothing() {
    let (database, url, app) = public_host(OLDER).await;
    let mut conn = AsyncPgConnection::establish(&url).await.expect("connect");
    // As an older host does: it goes on, and its row gives way to that of the database.
    let inquiry = "INSERT INTO leads (id, reference, received_at, due_at) VALUES ('00000000-0000-0000-0000-000000000005', 'EL-1', now(), now()); \
        INSERT INTO inquiries (id, lead_id, receipt, received_at, channel, language, who_for, leave_message, program_interest, interpreter, \
        acknowledge, contact, message, adopted) VALUES ('00000000-0000-0000-0000-000000000006', '00000000-0000-0000-0000-000000000005', \
        'R', now(), 'web_form', 'en', 'me', true, 'not_sure', false, false, 'x', 'x', false); \
        INSERT INTO audit_events (actor, action, subject_kind, subject_id) VALUES ('public', 'inquiry.received', 'inquiry', \
        '00000000-0000-0000-0000-000000000006'); SELECT receipt FROM inquiries";
    conn.batch_execute(inquiry).await.expect("the older program goes on");
    assert_eq!(audited(&database).await.len(), 1);
    let forged = "INSERT INTO audit_events (actor, action) VALUES ('system', 'export.finished')";
    let error = conn.batch_execute(forged).await.expect_err("forged").to_string();
    assert!(error.contains("who may not read the audit log"), "{error}");

    app.receipt_of(&InquiryFields::default()).await;
    for gone in ["SELECT receipt FROM inquiries", "SELECT id FROM staff", forged] {
        let error = conn.batch_execute(gone).await.expect_err(gone).to_string();
        assert!(error.contains("permission denied"), "{gone}: {error}");
    }
    assert_eq!(audited(&database).await.len(), 2);
    drop(conn);
    app.stop().await;
}
