//! Small questions to the server itself.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::Connection;

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

async fn ask(conn: &mut Connection) -> diesel::QueryResult<Answer> {
    diesel::sql_query("SELECT current_setting('server_version') AS version, clock_timestamp() AS now").get_result(conn).await
}

#[derive(QueryableByName)]
struct Encryption {
    #[diesel(sql_type = Nullable<Text>)]
    version: Option<String>,
}

/// How this connection is encrypted, such as `TLSv1.3`; None: it is not.
pub async fn encryption(conn: &mut Connection) -> diesel::QueryResult<Option<String>> {
    let sql = "SELECT max(version) FILTER (WHERE ssl) AS version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let answer: Encryption = diesel::sql_query(sql).get_result(conn).await?;
    Ok(answer.version)
}

/// The server's version, such as `17.2`.
pub async fn version(conn: &mut Connection) -> diesel::QueryResult<String> {
    Ok(ask(conn).await?.version)
}

/// The server's clock.
pub async fn now(conn: &mut Connection) -> diesel::QueryResult<DateTime<Utc>> {
    Ok(ask(conn).await?.now)
}
