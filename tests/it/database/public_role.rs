//! The host that faces the internet connects with a role that can take inquiries and tell how far they got, and nothing else.

use std::sync::Arc;

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::privileges;
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
