//! `intake doctor`: whether a commit is confirmed, and by whom.

use std::time::Duration;

use anyhow::{Context, bail};

use super::database::Database;
use crate::db::commits::{self, Tried};

/// A commit takes milliseconds; one that takes longer waits for a server that does not answer.
const TRY_FOR: Duration = Duration::from_secs(4);

/// One commit, in bounded time.
pub(super) async fn check(database: &Database) -> anyhow::Result<String> {
    let mut conn = database.connect().await?;
    let names = commits::standbys(&mut conn).await?;
    let connected = commits::connected(&mut conn).await?;
    let tried = commits::try_to_confirm(&database.url, TRY_FOR).await.context(
        "no commit could be tried: this role needs EXECUTE on pg_logical_emit_message, without which the spool keeps its files",
    )?;
    match tried {
        Tried::Confirmed(_) if names.is_empty() => Ok("confirmed by the server's own disk; no standby is waited for".to_owned()),
        Tried::Confirmed(took) => {
            Ok(format!("confirmed in {} ms by a standby of {names:?} ({connected} connected)", took.as_millis()))
        }
        Tried::Hangs => bail!(
            "commits hang: none of the servers in synchronous_standby_names ({names}) confirms them, {connected} of them connected; start \
             the standby, or name another one that is there (docs/OPERATING.md, \"A standby\")"
        ),
    }
}
