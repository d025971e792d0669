//! Does this server keep what it said it keeps? An inquiry that was answered must survive a power cut.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::Connection;

#[derive(QueryableByName)]
struct Settings {
    #[diesel(sql_type = Text)]
    fsync: String,
    #[diesel(sql_type = Text)]
    full_page_writes: String,
    #[diesel(sql_type = Text)]
    synchronous_commit: String,
}

/// What stands in the way of durable commits, each as `setting is value`; empty: nothing.
pub async fn weaknesses(conn: &mut Connection) -> diesel::QueryResult<Vec<String>> {
    let settings: Settings = diesel::sql_query(
        "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, \
         current_setting('synchronous_commit') AS synchronous_commit",
    )
    .get_result(conn)
    .await?;
    Ok(judge(&settings))
}

fn judge(settings: &Settings) -> Vec<String> {
    let on = [("fsync", &settings.fsync), ("full_page_writes", &settings.full_page_writes)];
    let mut weak: Vec<String> =
        on.iter().filter(|(_, value)| *value != "on").map(|(name, value)| format!("{name} is {value}")).collect();
    if settings.synchronous_commit == "off" {
        weak.push("synchronous_commit is off".to_owned());
    }
    weak
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(fsync: &str, full_page_writes: &str, synchronous_commit: &str) -> Settings {
        let [fsync, full_page_writes, synchronous_commit] = [fsync, full_page_writes, synchronous_commit].map(ToOwned::to_owned);
        Settings { fsync, full_page_writes, synchronous_commit }
    }

    #[test]
    fn only_settings_that_lose_answered_inquiries_are_named() {
        assert!(judge(&settings("on", "on", "on")).is_empty());
        assert!(judge(&settings("on", "on", "remote_apply")).is_empty());
        assert!(judge(&settings("on", "on", "local")).is_empty());
        assert_eq!(judge(&settings("off", "on", "off")), ["fsync is off", "synchronous_commit is off"]);
    }
}
