//! What the application's role may do where another role owns the tables: read and write, but no DDL, and the audit log only
//! grows. Set after every migration, so that new tables are covered.

use anyhow::Context;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

/// Tables whose rows are only ever added. The sealed words of a timeline can be sealed anew by key rotation, and blanked by erasure.
const APPEND_ONLY: [&str; 3] = ["audit_events", "audit_links", "timeline_entries"];

/// Gives the role of `app_url` its rights, as the owner of `owner_url`. Does nothing where both are one role.
pub async fn grant(owner_url: &str, app_url: &str) -> anyhow::Result<()> {
    let (owner, app) = (role(owner_url)?, role(app_url)?);
    if owner == app {
        return Ok(());
    }
    let mut connection = super::connect(owner_url).await.context("cannot connect as the owner of the tables")?;
    super::commits::commit_locally(&mut connection).await.context("cannot set up the connection")?;
    connection.batch_execute(&statements(&app)).await.with_context(|| format!("cannot give the role {app} its rights"))
}

/// Gives the role of the public tier the least that submission and receipts need: it adds inquiries, and asks functions about the one
/// code it was given. It lists no receipt, no digest and no lead, and reads no sealed column. As the owner of `owner_url`.
pub async fn grant_public(owner_url: &str, role: &str) -> anyhow::Result<()> {
    let mut connection = super::connect(owner_url).await.context("cannot connect as the owner of the tables")?;
    super::commits::commit_locally(&mut connection).await.context("cannot set up the connection")?;
    let failed = || format!("cannot give the public role {role} its rights");
    let older = diesel::sql_query("SELECT has_column_privilege($1, 'public.inquiries', 'receipt', 'SELECT') AS older");
    let Older { older } = older.bind::<diesel::sql_types::Text, _>(role).get_result(&mut connection).await.with_context(failed)?;
    connection.batch_execute(&public_statements(role, older)).await.with_context(failed)
}

#[derive(diesel::QueryableByName)]
struct Older {
    /// Public hosts of the release before may still run: they read the tables themselves.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    older: bool,
}

/// What the public tier does: table, right, columns. What stands in no list it can neither set nor read: a lead it opens is new, and
/// its mails are about what it stores (`outbox_guard`).
const PUBLIC: [(&str, &str); 5] = [
    (
        "inquiries",
        "INSERT (id, lead_id, receipt, received_at, channel, language, who_for, contact_method, leave_message, text_consent, best_time, \
         program_interest, how_soon, state, interpreter, acknowledge, utm_source, utm_medium, utm_campaign, utm_term, utm_content, \
         contact, message, adopted, submission_digest, recent_digest), SELECT (id)",
    ),
    ("leads", "INSERT (id, reference, hold, quarantine_reason, received_at, due_at)"),
    ("outbox_messages", "INSERT (id, kind, recipient_kind, member_id, address_digest, lead_id, inquiry_id)"),
    // Age of the oldest mail that waits: for `/readyz`.
    ("outbox_messages", "SELECT (created_at, settled_at)"),
    ("consent_wordings", "INSERT (version, language, wording)"),
];

/// Functions with the rights of the owner: nobody else's without a grant.
const FUNCTIONS: [&str; 8] = [
    "known_submissions(bytea[], bytea[], timestamptz[])",
    "new_inquiry_members()",
    "receipt_status(text)",
    "is_stored(uuid, text)",
    "keep_second_receipt(text, text)",
    "forget_stale_digests(bytea[])",
    "give_up_older_rights()",
    "request_stop(text)",
];

/// What a public host of the release before needs on top; `give_up_older_rights` takes it away.
const OLDER: [(&str, &str); 6] = [
    ("inquiries", "SELECT (lead_id, receipt, received_at, language, submission_digest, recent_digest), UPDATE (recent_digest)"),
    ("leads", "SELECT (id, stage, outcome, survivor_id, first_attempt_at, first_contact_at, contact_stopped_at, erased_at)"),
    ("audit_events", "INSERT"),
    ("second_receipts", "INSERT, SELECT (code, inquiry_id)"),
    ("staff", "SELECT (id, notify_new_inquiries, disabled_at, roles)"),
    ("timeline_entries", "SELECT (lead_id, kind)"),
];

fn public_statements(role: &str, older: bool) -> String {
    let role = quoted(role);
    let functions = FUNCTIONS.join(", ");
    let take = format!(
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};\n\
         REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role};\n\
         REVOKE EXECUTE ON FUNCTION {functions} FROM PUBLIC;\n\
         GRANT USAGE ON SCHEMA public TO {role};\n\
         GRANT EXECUTE ON FUNCTION {functions} TO {role};\n"
    );
    let rights = PUBLIC.iter().chain(OLDER.iter().filter(|_| older));
    rights.fold(take, |all, (table, right)| all + &format!("GRANT {right} ON {table} TO {role};\n"))
}

fn quoted(role: &str) -> String {
    format!("\"{}\"", role.replace('"', "\"\""))
}

fn role(url: &str) -> anyhow::Result<String> {
    let address = super::Address::parse(url).map_err(|error| anyhow::anyhow!("the database URL {error}"))?;
    Ok(address.user().to_owned())
}

fn statements(app: &str) -> String {
    let app = quoted(app);
    let append_only = APPEND_ONLY.join(", ");
    format!(
        "GRANT USAGE ON SCHEMA public TO {app};\n\
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};\n\
         GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app};\n\
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {app};\n\
         REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {app};\n\
         GRANT UPDATE (body) ON timeline_entries TO {app};\n\
         REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON __diesel_schema_migrations, schema_floor FROM {app};\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_with_a_quote_in_its_name_stays_a_name() {
        assert!(statements("in\"take").contains("TO \"in\"\"take\";"));
    }
}
