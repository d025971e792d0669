//! Draining the spool: what waited is stored, the oldest first, by one process at a time. Cut off at any point it goes on later.
//!
//! No file is removed on the word of a row that was found: that row may never have reached the standby (`db::commits`). A commit that
//! waits for the standby is confirmed on the same connection first, after everything that was inserted, found or noted. Where it is not,
//! because the standby is away or this role may not write it, the files stay.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::mpsc::WeakSender;
use uuid::Uuid;

use super::keep::Held;
use super::{record, store};
use crate::db::commits::{self, Confirmer};
use crate::db::{Connection, health};
use crate::enrollment::consent::ConsentWording;
use crate::enrollment::prepared::Prepared;
use crate::enrollment::store::{Stored, Told, insert_batch, keep_consent_wording};
use crate::enrollment::submit::{WriterSettings, connect};
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::fault;
use crate::values::ReceiptCode;

const AT_ONCE: usize = 64;
/// Said once in the life of the process.
static NEWER_WAITS: AtomicBool = AtomicBool::new(false);
const PAUSE: Duration = Duration::from_secs(1);
/// A statement that takes longer is given up; what it did is found at the next round.
const PATIENCE: Duration = Duration::from_secs(20);

/// Drains once a second until the last handle of the writer is dropped.
pub(in crate::enrollment) async fn keep_drained<T>(settings: Arc<WriterSettings>, held: Arc<Held>, alive: WeakSender<T>) {
    let mut failing = false;
    while alive.strong_count() > 0 {
        if held.spool.ids().is_ok_and(|ids| !ids.is_empty()) && commits::waiting_since().is_none() {
            let outcome =
                async { drain_held(&mut connect(&settings).await?, &held, &settings.told, &settings.reference_prefix).await };
            match bounded(&settings.confirmer, outcome).await {
                Ok(count) => {
                    failing = false;
                    settings.metrics.drained(count);
                    tracing::info!(inquiries = count, "stored what waited in the spool");
                }
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(error = format!("{error:#}"), "the spool cannot be drained yet; trying again");
                }
                Err(_) => {}
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What takes too long is given up with its connection, and tried again once a commit is confirmed.
async fn bounded(confirmer: &Confirmer, work: impl Future<Output = anyhow::Result<usize>>) -> anyhow::Result<usize> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_late| {
        confirmer.probe();
        Err(anyhow::anyhow!("the database did not confirm it in time"))
    })
}

/// Stores what waits in the spool of this machine; for the worker, whose web server may have gone. Returns how many it stored. The
/// connection is the caller's no more: one that is given up while a commit on it waits would answer nothing.
pub async fn drain(
    mut conn: Connection,
    confirmer: &Confirmer,
    held: (Arc<Spool>, Arc<Keys>),
    told: &Told,
    reference_prefix: &str,
) -> anyhow::Result<usize> {
    let held = Held::new(held.0, held.1);
    bounded(confirmer, drain_held(&mut conn, &held, told, reference_prefix)).await
}

async fn drain_held(conn: &mut Connection, held: &Held, told: &Told, prefix: &str) -> anyhow::Result<usize> {
    fault::within("drain", drain_all(conn, held, told, prefix), || Err(anyhow::anyhow!("a fault of the tests"))).await
}

async fn drain_all(conn: &mut Connection, held: &Held, told: &Told, prefix: &str) -> anyhow::Result<usize> {
    let Some(_one_at_a_time) = held.spool.lock()? else { return Ok(0) };
    for wording in ConsentWording::all() {
        keep_consent_wording(conn, &wording.version, wording.language, &wording.text).await?;
    }
    let ids = held.spool.ids()?;
    let mut stored = 0;
    for ids in ids.chunks(AT_ONCE) {
        let batch = read(held, ids)?;
        stored += store_together(conn, held, batch, told, prefix).await?;
    }
    Ok(stored)
}

/// Reads and opens; what does not open is set aside, and holds up nobody. What a newer program kept waits for one: an update on this
/// machine is under way.
fn read(held: &Held, ids: &[Uuid]) -> anyhow::Result<Vec<Prepared>> {
    let mut batch = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(bytes) = held.spool.read(*id)? else { continue };
        if record::is_newer(&held.keys, *id, &bytes).is_ok_and(|newer| newer) {
            if !NEWER_WAITS.swap(true, Ordering::Relaxed) {
                tracing::warn!(%id, "a newer Intake spooled inquiries with fields that this version does not know: it stores them");
            }
        } else if let Ok(prepared) = record::read(&held.keys, *id, &bytes) {
            batch.push(prepared);
        } else {
            tracing::error!(%id, "a spooled inquiry does not open with these keys; it is set aside");
            held.spool.set_aside(*id)?;
        }
    }
    Ok(batch)
}

async fn store_together(
    conn: &mut Connection,
    held: &Held,
    batch: Vec<Prepared>,
    told: &Told,
    prefix: &str,
) -> anyhow::Result<usize> {
    if batch.is_empty() {
        return Ok(0);
    }
    let mut settled = Vec::with_capacity(batch.len());
    if let Ok(verdicts) = insert_batch(conn, &batch, told).await {
        for (one, verdict) in batch.iter().zip(verdicts) {
            settled.extend(settle(conn, one, verdict).await?);
        }
    } else {
        for one in batch {
            settled.extend(store_alone(conn, held, one, told, prefix).await?);
        }
    }
    release(conn, held, &settled).await
}

/// Removes the files of what is stored, once a commit behind all of it is confirmed. Returns how many inquiries are new.
async fn release(conn: &mut Connection, held: &Held, settled: &[Settled]) -> anyhow::Result<usize> {
    if settled.is_empty() {
        return Ok(0);
    }
    commits::confirm(conn).await?;
    for one in settled {
        held.spool.remove(one.id)?;
        held.forget(one.id);
    }
    Ok(settled.iter().filter(|one| one.is_new).count())
}

/// One that may be the reason why its batch was refused.
async fn store_alone(
    conn: &mut Connection,
    held: &Held,
    mut one: Prepared,
    told: &Told,
    prefix: &str,
) -> anyhow::Result<Option<Settled>> {
    let mut outcome = insert_batch(conn, std::slice::from_ref(&one), told).await;
    if let Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = &outcome {
        one.renew_reference(prefix);
        outcome = insert_batch(conn, std::slice::from_ref(&one), told).await;
    }
    match outcome {
        Ok(verdicts) => match verdicts.into_iter().next() {
            Some(verdict) => settle(conn, &one, verdict).await,
            None => Ok(None),
        },
        Err(error) if is_refusal(&error) => {
            tracing::error!(id = %one.id, "the database refuses a spooled inquiry; it is set aside");
            held.spool.set_aside(one.id.uuid())?;
            held.forget(one.id.uuid());
            Ok(None)
        }
        // The database may be away again: then this fails, and ends the round. Else the others go on.
        Err(_unknown) => {
            health::now(conn).await?;
            Ok(None)
        }
    }
}

const fn is_refusal(error: &DieselError) -> bool {
    use DatabaseErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    let DieselError::DatabaseError(kind, _) = error else { return false };
    matches!(kind, CheckViolation | ForeignKeyViolation | NotNullViolation | UniqueViolation)
}

/// One that the database holds, as far as a read can say.
struct Settled {
    id: Uuid,
    is_new: bool,
}

/// Notes what the inquirer's code leads to; its code stays good.
async fn settle(conn: &mut Connection, one: &Prepared, verdict: Stored) -> anyhow::Result<Option<Settled>> {
    let id = one.id.uuid();
    let (first, is_new): (ReceiptCode, bool) = match verdict {
        Stored::New => (one.receipt.clone(), true),
        Stored::Before(code) => (code, false),
        Stored::Again => match store::stored_under(conn, id, &one.receipt).await? {
            Some(code) => (code, false),
            None => return Ok(None),
        },
    };
    if first != one.receipt && !store::keep_second(conn, &first, &one.receipt).await? {
        return Ok(None);
    }
    Ok(Some(Settled { id, is_new }))
}
