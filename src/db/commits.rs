//! Whether commits are confirmed by the synchronous standby, where Postgres has one.
//!
//! A commit that waits for its standby (`SyncRep`) is on the disk of the primary already. If the wait is cut off, by a restart of the
//! primary or by a cancel, the row becomes visible although the standby may never get it, and a failover takes it away. So no read
//! proves that a row is safe. [`confirm`] does: a commit that writes WAL returns only when the standby has that commit and, because
//! WAL is one sequence, everything that was committed before it.
//!
//! The staff side, the worker and the commands commit with `synchronous_commit = local` ([`commit_locally`]): nothing of theirs ever
//! hangs while it holds locks and a connection, and pages that only read stay open while the standby is away. What they changed is
//! confirmed afterward, in bounded time, before anybody is told that it is saved (`Pool::confirm`, `web::changes`).

mod confirmer;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::Connection;
pub use confirmer::{Confirmer, Unconfirmed};

/// A commit that is not confirmed by then counts as waiting.
const NOTICED_AFTER: Duration = Duration::from_secs(3);
/// How often a process looks whether commits wait.
const LOOK_EVERY: Duration = Duration::from_secs(5);

static STATE: Mutex<State> = Mutex::new(State { next: 0, pending: BTreeMap::new(), confirmed: None, looked: None });

struct State {
    next: u64,
    /// Confirmations that were asked for and did not end, and since when.
    pending: BTreeMap<u64, Instant>,
    /// When the latest confirmation that succeeded was asked for.
    confirmed: Option<Instant>,
    looked: Option<Instant>,
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Since when commits of this process wait for a standby that does not answer; `None` once one was confirmed again.
pub fn waiting_since() -> Option<Instant> {
    let state = state();
    let open = state.pending.values().copied().filter(|since| state.confirmed.is_none_or(|confirmed| *since >= confirmed));
    open.min().filter(|since| since.elapsed() > NOTICED_AFTER)
}

/// What the banner of staff pages says while commits wait.
pub fn banner() -> Option<String> {
    let minutes = waiting_since()?.elapsed().as_secs() / 60;
    let since = if minutes == 0 { String::new() } else { format!(" for {minutes} min") };
    Some(format!(
        "The standby database server has not answered{since}: changes cannot be confirmed and may be lost if the main database server \
         fails now. Pages open as usual, and new inquiries are safe. Tell your administrator."
    ))
}

/// One confirmation on its way; counts as pending until it is dropped.
struct Attempt {
    number: u64,
    since: Instant,
}

impl Attempt {
    fn begin() -> Self {
        let (mut state, since) = (state(), Instant::now());
        let number = state.next;
        state.next += 1;
        state.pending.insert(number, since);
        Self { number, since }
    }

    fn is_noticed(&self) -> bool {
        self.since.elapsed() > NOTICED_AFTER
    }

    fn succeeded(self) {
        let mut state = state();
        state.confirmed = state.confirmed.max(Some(self.since));
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        state().pending.remove(&self.number);
    }
}

/// Confirms on this connection that everything committed before this call is held by whoever a commit waits for. Not inside a
/// transaction. Unbounded: the caller sets a time limit and drops the connection with it, which would answer nothing any more.
///
/// # Errors
///
/// The server is gone, or this role may not call `pg_logical_emit_message`: then nothing is confirmed.
pub async fn confirm(conn: &mut Connection) -> QueryResult<()> {
    let attempt = Attempt::begin();
    emit(conn).await?;
    attempt.succeeded();
    Ok(())
}

/// What a bounded try found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Confirmed, after so long.
    Confirmed(Duration),
    /// Not confirmed within the time given.
    Hangs,
}

/// [`confirm`] on a connection of its own, in bounded time. A wait that is given up is ended on the server too: a check that runs every
/// few seconds must not leave a backend behind each time.
///
/// # Errors
///
/// No connection, or this role may not write the commit.
pub async fn try_to_confirm(url: &str, within: Duration) -> anyhow::Result<Tried> {
    let mut conn = super::connect(url).await?;
    let pid = backend(&mut conn).await?;
    let began = Instant::now();
    match tokio::time::timeout(within, confirm(&mut conn)).await {
        Ok(outcome) => Ok(outcome.map(|()| Tried::Confirmed(began.elapsed()))?),
        Err(_late) => {
            let mut other = super::connect(url).await?;
            diesel::sql_query("SELECT pg_cancel_backend($1)").bind::<Integer, _>(pid).execute(&mut other).await?;
            Ok(Tried::Hangs)
        }
    }
}

/// The number of this connection's backend.
async fn backend(conn: &mut Connection) -> QueryResult<i32> {
    let found: Count = diesel::sql_query("SELECT pg_backend_pid() AS count").get_result(conn).await?;
    Ok(found.count)
}

/// One commit that writes WAL, under the setting that server, database or role prescribe, whatever this session does otherwise.
async fn emit(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL synchronous_commit TO DEFAULT; SELECT pg_logical_emit_message(true, 'intake', '')").await
}

/// From now on commits on this connection wait for the disk of the server and for no standby.
pub async fn commit_locally(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute(COMMIT_LOCALLY).await
}

/// The same as a statement. A server that does not even wait for its disk was made so on purpose.
pub(super) const COMMIT_LOCALLY: &str =
    "SELECT set_config('synchronous_commit', 'local', false) WHERE current_setting('synchronous_commit') NOT IN ('local', 'off')";

/// The standbys a commit waits for, as configured; empty: none.
pub async fn standbys(conn: &mut Connection) -> QueryResult<String> {
    let named: Named = diesel::sql_query("SELECT current_setting('synchronous_standby_names') AS names").get_result(conn).await?;
    Ok(named.names)
}

/// How many servers stream from this one and have a name that `synchronous_standby_names` holds. Every role may see that much.
pub async fn connected(conn: &mut Connection) -> QueryResult<i32> {
    let count: Count = diesel::sql_query(format!("SELECT count(*)::integer AS count FROM pg_stat_replication WHERE {IS_NAMED}"))
        .get_result(conn)
        .await?;
    Ok(count.count)
}

/// Approximate on purpose: what it takes for connected and is not is found by the next commit that waits.
const IS_NAMED: &str = "strpos(current_setting('synchronous_standby_names'), '*') > 0 \
    OR strpos(lower(current_setting('synchronous_standby_names')), lower(application_name)) > 0";

/// True if a commit would hang, as far as a look can say: one of this role does for seconds, or no named standby is connected. A look
/// writes no WAL: a probe every few seconds would make an idle server archive a segment every time.
async fn is_suspicious(conn: &mut Connection) -> QueryResult<bool> {
    let seconds = NOTICED_AFTER.as_secs();
    let found: Found = diesel::sql_query(format!(
        "SELECT current_setting('synchronous_standby_names') <> '' AND (\
         EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND state_change < now() - interval '{seconds} seconds') \
         OR NOT EXISTS (SELECT FROM pg_stat_replication WHERE {IS_NAMED})) AS found"
    ))
    .get_result(conn)
    .await?;
    Ok(found.found)
}

/// True while the backend with this number waits for a standby.
async fn still_waits(conn: &mut Connection, pid: i32) -> QueryResult<bool> {
    let sql = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'SyncRep') AS found";
    let found: Found = diesel::sql_query(sql).bind::<Integer, _>(pid).get_result(conn).await?;
    Ok(found.found)
}

/// True where the last look was a while ago; then this one counts.
fn is_look_due() -> bool {
    let mut state = state();
    let is_due = state.looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
    if is_due {
        state.looked = Some(Instant::now());
    }
    is_due
}

/// `look` on a connection of the caller's, for a process in which nobody uses a pool.
pub async fn look_on(conn: &mut Connection, confirmer: &Confirmer) {
    if is_look_due() && is_suspicious(conn).await.unwrap_or(false) {
        confirmer.probe();
    }
}

/// Looks, every few seconds at most and in the background; where a commit would hang, one is tried, which [`waiting_since`] then tells.
pub(super) fn look(pool: &super::Pool) {
    if !is_look_due() {
        return;
    }
    let pool = pool.clone();
    tokio::spawn(async move {
        let Ok(mut conn) = pool.get().await else { return };
        if is_suspicious(&mut conn).await.unwrap_or(false) {
            pool.confirmer().probe();
        }
    });
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    names: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    count: i32,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}
