//! What the application's role may do where another role owns the tables: read and write, but no DDL, and the audit log only
//! grows. Set after every migration, so that new tables are covered.

use anyhow::Context;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

/// Tables whose rows are only ever added.
const APPEND_ONLY: [&str; 3] = ["audit_events", "audit_links", "timeline_entries"];

/// Gives the role of `app_url` its rights, as the owner of `owner_url`. Does nothing where both are one role.
pub async fn grant(owner_url: &str, app_url: &str) -> anyhow::Result<()> {
    let (owner, app) = (role(owner_url)?, role(app_url)?);
    if owner == app {
        return Ok(());
    }
    let mut connection = AsyncPgConnection::establish(owner_url).await.context("cannot connect as the owner of the tables")?;
    connection.batch_execute(&statements(&app)).await.with_context(|| format!("cannot give the role {app} its rights"))
}

fn role(url: &str) -> anyhow::Result<String> {
    let config: tokio_postgres::Config = url.parse().context("the database URL cannot be read")?;
    Ok(config.get_user().unwrap_or_default().to_owned())
}

fn statements(app: &str) -> String {
    let app = format!("\"{}\"", app.replace('"', "\"\""));
    let append_only = APPEND_ONLY.join(", ");
    format!(
        "GRANT USAGE ON SCHEMA public TO {app};\n\
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};\n\
         GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app};\n\
         REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {app};\n\
         REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON __diesel_schema_migrations FROM {app};\n"
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
