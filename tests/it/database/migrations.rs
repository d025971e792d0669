//! Migrations: down and up again with data, a newer schema is refused, the application's role gets its rights and no more.

use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::{durability, migrations, privileges};

use crate::support::TestDatabase;

/// One row in every table that others refer to, and in those with the most checks.
const SAMPLES: &str = "
    INSERT INTO weekly_summaries (week) VALUES ('2026-11-16');
    INSERT INTO staff (id, email, name, roles, password_hash)
        VALUES ('00000000-0000-0000-0000-000000000001', 'a@example.org', 'A', '{coordinator}', 'x');
    INSERT INTO sessions (id, token_hash, member_id, stage, expires_at)
        VALUES ('00000000-0000-0000-0000-000000000002', 'x', '00000000-0000-0000-0000-000000000001', 'full', now());
    INSERT INTO locations (id, name, state) VALUES ('00000000-0000-0000-0000-000000000003', 'L', 'CA');
    INSERT INTO programs (id, location_id, name, modality, capacity)
        VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000003', 'P', 'inpatient', 3);
    INSERT INTO leads (id, reference, received_at, due_at) VALUES ('00000000-0000-0000-0000-000000000005', 'EL-1', now(), now());
    INSERT INTO inquiries (id, lead_id, receipt, received_at, channel, language, who_for, leave_message, program_interest,
        interpreter, acknowledge, contact, message, adopted) VALUES ('00000000-0000-0000-0000-000000000006',
        '00000000-0000-0000-0000-000000000005', 'R', now(), 'web_form', 'en', 'me', true, 'not_sure', false, false, 'x', 'x', true);
    INSERT INTO timeline_entries (id, lead_id, at, kind) VALUES ('00000000-0000-0000-0000-000000000007',
        '00000000-0000-0000-0000-000000000005', now(), 'released');
    INSERT INTO outbox_messages (id, kind, recipient_kind, inquiry_id) VALUES ('00000000-0000-0000-0000-000000000008',
        'acknowledgement', 'inquirer', '00000000-0000-0000-0000-000000000006');
    INSERT INTO red_flags (id, lead_id, code, raised_at) VALUES ('00000000-0000-0000-0000-000000000009',
        '00000000-0000-0000-0000-000000000005', 'minor', now());
    INSERT INTO timeline_entries (id, lead_id, at, kind) VALUES ('00000000-0000-0000-0000-000000000010',
        '00000000-0000-0000-0000-000000000005', now(), 'red_flag_raised');
    INSERT INTO routing_choices (id, lead_id, at, chosen_program_id, rules_version) VALUES ('00000000-0000-0000-0000-000000000011',
        '00000000-0000-0000-0000-000000000005', now(), '00000000-0000-0000-0000-000000000004', '1');
    INSERT INTO leads (id, reference, received_at, due_at, outcome, closed_at, survivor_id)
        VALUES ('00000000-0000-0000-0000-000000000012', 'EL-2', now(), now(), 'duplicate', now(), '00000000-0000-0000-0000-000000000005');
    INSERT INTO merges (lead_id, survivor_id, merged_at, member_id, due_at, survivor_due_before, survivor_due_after, follow_ups)
        VALUES ('00000000-0000-0000-0000-000000000012', '00000000-0000-0000-0000-000000000005', now(),
        '00000000-0000-0000-0000-000000000001', now(), now(), now(), '{}');
    INSERT INTO different_people (lead_id, other_id, said_at, member_id) VALUES ('00000000-0000-0000-0000-000000000005',
        '00000000-0000-0000-0000-000000000012', now(), '00000000-0000-0000-0000-000000000001');
    INSERT INTO call_drafts (id, member_id, form) VALUES ('00000000-0000-0000-0000-000000000013',
        '00000000-0000-0000-0000-000000000001', 'x');
    INSERT INTO returns (lead_id, earlier_id) VALUES ('00000000-0000-0000-0000-000000000012',
        '00000000-0000-0000-0000-000000000005');
    INSERT INTO recovery_codes (member_id, digest) VALUES ('00000000-0000-0000-0000-000000000001', 'x');
    INSERT INTO milestones (name, member_id) VALUES ('keys_kept', '00000000-0000-0000-0000-000000000001');
    INSERT INTO invitations (id, email, name, roles, invited_by, token_hash, expires_at) VALUES (
        '00000000-0000-0000-0000-000000002710', 'b@example.org', 'B', '{manager}', '00000000-0000-0000-0000-000000000001', 'x', now());
    INSERT INTO outbox_messages (id, kind, recipient_kind, invitation_id) VALUES ('00000000-0000-0000-0000-000000002711',
        'invitation', 'invited', '00000000-0000-0000-0000-000000002710');
    INSERT INTO second_receipts (code, inquiry_id) VALUES ('S', '00000000-0000-0000-0000-000000000006');
    INSERT INTO assessment_items (id, lead_id, item, status, updated_at, details, questions_version) VALUES
        ('00000000-0000-0000-0000-000000000014', '00000000-0000-0000-0000-000000000005', 'pre_screen', 'begun', now(), 'x', '1');
    INSERT INTO timeline_entries (id, lead_id, at, kind) VALUES ('00000000-0000-0000-0000-000000000015',
        '00000000-0000-0000-0000-000000000005', now(), 'assessed');
    INSERT INTO capacity_changes (id, program_id, effective_on, capacity) VALUES ('00000000-0000-0000-0000-000000000016',
        '00000000-0000-0000-0000-000000000004', now(), 4);
    INSERT INTO leads (id, reference, received_at, due_at, stage, program_id, expected_admission_on, place_number, place_until)
        VALUES ('00000000-0000-0000-0000-000000000017', 'EL-3', now(), now(), 'scheduled', '00000000-0000-0000-0000-000000000004',
        now(), 3, now());
    INSERT INTO audit_events (actor, action) VALUES ('system', 'test');
    INSERT INTO lead_watchers (lead_id, member_id)
        VALUES ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000001');
    INSERT INTO note_drafts (id, lead_id, member_id, body) VALUES ('00000000-0000-0000-0000-0000000000d1',
        '00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000001', 'x');
    INSERT INTO report_days (day, format, leads, facts) VALUES ('2026-01-01', '1', 0, 'x');
    INSERT INTO report_changes (day) VALUES ('2026-01-01');
    INSERT INTO exports (id, asked_at, as_of, state, format, column_set, filter, purpose, expected)
        VALUES ('00000000-0000-0000-0000-000000000352', now(), now(), 'asked', 'csv', 'identified', '{}', 'x', 0);
    INSERT INTO snippets (id, kind, content) VALUES ('00000000-0000-0000-0000-000000000351', 'note', 'x');
    INSERT INTO erasures (lead_id, at, reason, class, inquiries) VALUES ('00000000-0000-0000-0000-000000000012', now(), 'schedule', 'lost', 1);
    INSERT INTO legal_holds (id, lead_id, placed_at, placed_by) VALUES ('00000000-0000-0000-0000-000000003201',
        '00000000-0000-0000-0000-000000000005', now(), '00000000-0000-0000-0000-000000000001');
    INSERT INTO stop_requests (id, lead_id, inquiry_id, asked_by, asked_at) VALUES ('00000000-0000-0000-0000-000000003202',
        '00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000006', 'person', now());
    INSERT INTO suppressions (digest, kind, at) VALUES ('x', 'phone', now());
    INSERT INTO retention_runs (class, last_run_at, last_erased) VALUES ('spam', now(), 0);
    INSERT INTO retention_class_runs (class, last_run_at, last_erased) VALUES ('quarantined', now(), 0);
    INSERT INTO timeline_entries (id, lead_id, at, kind) VALUES ('00000000-0000-0000-0000-000000003203',
        '00000000-0000-0000-0000-000000000005', now(), 'stop_accepted');
";

#[derive(diesel::QueryableByName)]
struct Digest {
    #[diesel(sql_type = Text)]
    digest: String,
}

/// Every column, index, constraint and trigger, in words.
pub async fn schema(conn: &mut AsyncPgConnection) -> String {
    let sql = "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') AS digest FROM (
        SELECT format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) AS line
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%'
        UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_\\_%'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace) lines";
    let row: Digest = diesel::sql_query(sql).get_result(conn).await.expect("schema");
    row.digest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn down_with_data_leaves_nothing_and_up_again_makes_the_same() {
    let database = TestDatabase::fresh().await;
    let mut conn = database.connect().await;
    let before = schema(&mut conn).await;
    conn.batch_execute(SAMPLES).await.expect("samples");
    let count = migrations::known().expect("known").len();
    assert_eq!(migrations::revert(&database.url, count).await.expect("down").len(), count);
    assert_eq!(schema(&mut conn).await, "", "something is left");
    assert_eq!(migrations::pending(&database.url).await.expect("pending").len(), count);
    assert_eq!(migrations::run(&database.url).await.expect("up").len(), count);
    assert_eq!(schema(&mut conn).await, before);
    assert!(migrations::run(&database.url).await.expect("again").is_empty());
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_of_a_newer_intake_is_lived_with_unless_it_says_that_this_one_is_too_old() {
    let database = TestDatabase::fresh().await;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')";
    let mut conn = database.connect().await;
    conn.batch_execute(newer).await.expect("row");
    assert!(migrations::is_beyond_us(&database.url).await.unwrap());
    for outcome in [migrations::pending(&database.url).await, migrations::run(&database.url).await] {
        assert_eq!(outcome.expect("lived with"), Vec::<String>::new());
    }
    conn.batch_execute("UPDATE schema_floor SET oldest_program = '29990101000000'").await.expect("row");
    for outcome in [migrations::pending(&database.url).await, migrations::run(&database.url).await] {
        assert!(outcome.expect_err("refused").to_string().contains("newer Intake (to 29990101000000)"));
    }
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_owns_nothing_works_but_cannot_change_the_schema_or_the_audit_log() {
    let database = TestDatabase::fresh().await;
    let app = format!("app_{}", database.name);
    let as_role = |role: &str| database.url.replacen("intake@", &format!("{role}@"), 1);
    let mut root = AsyncPgConnection::establish(&as_role("postgres")).await.expect("superuser");
    root.batch_execute(&format!("CREATE ROLE {app} LOGIN")).await.expect("role");
    privileges::grant(&database.url, &as_role(&app)).await.expect("rights");

    let mut conn = AsyncPgConnection::establish(&as_role(&app)).await.expect("connect");
    conn.batch_execute(SAMPLES).await.expect("it can work");
    conn.batch_execute("UPDATE leads SET version = 2").await.expect("it can change a lead");
    assert!(migrations::pending(&as_role(&app)).await.expect("it can look").is_empty());
    for forbidden in [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_links",
        "DELETE FROM timeline_entries",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "DROP TABLE leads",
        "CREATE TABLE x (id int)",
    ] {
        let error = conn.batch_execute(forbidden).await.expect_err(forbidden).to_string();
        assert!(error.contains("permission denied") || error.contains("must be owner"), "{forbidden}: {error}");
    }
    drop((conn, root));
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_wait_for_the_disk_is_noticed() {
    let database = TestDatabase::fresh().await;
    let weak = durability::weaknesses(&mut database.connect().await).await.expect("settings");
    assert!(weak.contains(&"fsync is off".to_owned()), "{weak:?}");
    database.remove().await;
}
