//! Small questions to the server itself.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz};
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
struct ReadOnly {
    #[diesel(sql_type = Bool)]
    read_only: bool,
}

/// True for a standby, a server that paused its recovery, and one that was switched to read only: nothing can be written there.
pub async fn is_read_only(conn: &mut Connection) -> diesel::QueryResult<bool> {
    let query = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only";
    Ok(diesel::sql_query(query).get_result::<ReadOnly>(conn).await?.read_only)
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
