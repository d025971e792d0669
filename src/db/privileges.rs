//! What the application's role may do where another role owns the tables: read and write, but no DDL, and the audit log only
//! grows. Set after every migration, so that new tables are covered.

use anyhow::Context;
use diesel_async::SimpleAsyncConnection;

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

/// Gives the role of the public tier the least that submission and receipts need: it adds inquiries, reads where they stand, and
/// reads no sealed column. As the owner of `owner_url`.
pub async fn grant_public(owner_url: &str, role: &str) -> anyhow::Result<()> {
    let mut connection = super::connect(owner_url).await.context("cannot connect as the owner of the tables")?;
    super::commits::commit_locally(&mut connection).await.context("cannot set up the connection")?;
    let statements = public_statements(role);
    connection.batch_execute(&statements).await.with_context(|| format!("cannot give the public role {role} its rights"))
}

/// What the public tier does: table, right, columns.
const PUBLIC: [(&str, &str); 13] = [
    ("inquiries", "INSERT"),
    ("leads", "INSERT"),
    ("outbox_messages", "INSERT"),
    ("audit_events", "INSERT"),
    ("consent_wordings", "INSERT"),
    ("second_receipts", "INSERT"),
    ("inquiries", "SELECT (id, lead_id, receipt, received_at, language, submission_digest, recent_digest)"),
    ("inquiries", "UPDATE (recent_digest)"),
    ("leads", "SELECT (id, stage, outcome, survivor_id, first_attempt_at, first_contact_at, contact_stopped_at, erased_at)"),
    ("staff", "SELECT (id, notify_new_inquiries, disabled_at, roles)"),
    ("timeline_entries", "SELECT (lead_id, kind)"),
    ("second_receipts", "SELECT (code, inquiry_id)"),
    ("outbox_messages", "SELECT (created_at, settled_at)"),
];

fn public_statements(role: &str) -> String {
    let role = quoted(role);
    let take = format!(
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};\n\
         REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role};\n\
         GRANT USAGE ON SCHEMA public TO {role};\n"
    );
    PUBLIC.iter().fold(take, |all, (table, right)| all + &format!("GRANT {right} ON {table} TO {role};\n"))
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
