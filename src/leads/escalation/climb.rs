//! The worker's step: finds promises that break and tells the next person.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;

use super::ladder::{Rung, promise, rungs};
use super::store::{self, Untried};
use crate::config::Config;
use crate::db::Connection;
use crate::outbox::{self, Recipient};

/// Most leads looked at in one step.
const BATCH: i64 = 500;

/// Climbs for every lead whose promise breaks at `now`; how many rungs were taken. `configured` are the digests of the
/// configured addresses.
pub async fn climb(
    conn: &mut Connection,
    config: &Config,
    configured: &[[u8; 32]],
    now: DateTime<Utc>,
) -> diesel::QueryResult<usize> {
    let minutes = config.notify.promise_minutes;
    let horizon = now + chrono::Duration::seconds(i64::from(minutes) * 20);
    let untried = store::untried(conn, horizon, BATCH).await?;
    if untried.is_empty() {
        return Ok(0);
    }
    let people = store::people(conn).await?;
    let mut taken = 0;
    for lead in untried {
        let owed = promise(lead.due_at, minutes, config.facility.staffed_hours.as_ref(), config.facility.time_zone);
        for rung in rungs(lead.received_at, owed, minutes, config.notify.escalate_after_minutes, now) {
            let told = recipients(rung, &lead, &people, configured);
            taken += usize::from(take(conn, &lead, rung, &told).await?);
        }
    }
    Ok(taken)
}

/// Takes one rung and enqueues its mails, both or neither; false if it was taken before.
async fn take(conn: &mut Connection, lead: &Untried, rung: Rung, told: &[Recipient]) -> diesel::QueryResult<bool> {
    conn.transaction(async |conn| {
        if !store::take(conn, lead.id, rung, lead.due_at).await? {
            return Ok(false);
        }
        outbox::enqueue_escalation(conn, lead.id, told).await?;
        Ok(true)
    })
    .await
}

/// Who is told on a rung. Where a rung has nobody, the rung above is told.
fn recipients(rung: Rung, lead: &Untried, people: &store::People, configured: &[[u8; 32]]) -> Vec<Recipient> {
    let members = |ids: &[crate::values::MemberId]| ids.iter().copied().map(Recipient::Member).collect::<Vec<_>>();
    let addresses = || configured.iter().copied().map(Recipient::Configured).collect::<Vec<_>>();
    let wanted = match rung {
        Rung::DueSoon => lead.holder.map_or_else(|| members(&people.coordinators), |holder| members(&[holder])),
        Rung::Late => members(&people.managers),
        Rung::StillLate => addresses(),
    };
    let ladder = [wanted, members(&people.managers), addresses(), members(&people.coordinators)];
    ladder.into_iter().find(|told| !told.is_empty()).unwrap_or_default()
}
