//! What a scrape asks of the database and the folders; bounded in time, so that it never waits for a database that is away.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::audit::chain;
use crate::db::{Connection, Pool, fence, health};
use crate::inquiries::adoption;
use crate::leads::overdue;
use crate::outbox;
use crate::spool::Waiting;
use crate::telemetry::lines;
use crate::telemetry::metrics::Reading;

/// Longer is not waited for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads everything. `pools` are those of the process; `app`'s own is used for asking.
pub async fn gather(app: &App, pools: &[Pool], now: DateTime<Utc>) -> Reading {
    let asked = async { ask(&mut *app.pool.get().await?, app.keys.can_open(), now).await };
    let known = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(reading)) => reading,
        Ok(Err(_)) | Err(_) => Reading::default(),
    };
    let Waiting { count, held } = app.spool.waiting();
    Reading {
        spool: count,
        spool_set_aside: held,
        pool: connections(pools),
        sealing: app.keys.operations(),
        former_primary: fence::refused(),
        log_dropped: lines::dropped(),
        ..known
    }
}

/// The public role has no right to read more than the clock.
async fn ask(conn: &mut Connection, inside: bool, now: DateTime<Utc>) -> anyhow::Result<Reading> {
    let clock = health::now(conn).await?;
    let difference = (now - clock).num_milliseconds();
    let seconds = |whole: i64| f64::from(i32::try_from(whole).unwrap_or(i32::MAX));
    let outside = Reading { database_up: true, clock_difference_seconds: seconds(difference) / 1_000.0, ..Reading::default() };
    if !inside {
        return Ok(outside);
    }
    let (leads_overdue, late) = overdue::store::overdue(conn).await?;
    Ok(Reading {
        outbox_oldest_seconds: seconds(outbox::oldest_seconds(conn).await?.unwrap_or(0)),
        outbox_on_hold: outbox::hold::store::find(conn).await?.is_some(),
        outbox: outbox::count_by_state(conn).await?,
        leads_overdue,
        leads_overdue_oldest_seconds: seconds(late),
        unadopted: adoption::count_waiting(conn).await?,
        audit_unlinked: chain::estimate_unlinked(conn).await?,
        ..outside
    })
}

/// Most, open, idle, awaited: over all pools.
fn connections(pools: &[Pool]) -> [i64; 4] {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    pools.iter().map(Pool::fill).fold([0; 4], |[most, open, idle, awaited], fill| {
        [most + number(fill.most), open + number(fill.open), idle + number(fill.idle), awaited + number(fill.awaited)]
    })
}
