//! What else the worker keeps in order. Each step has its own pace, and fails alone.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::sync::{Mutex, watch};

use crate::app::App;
use crate::audit::chain::{self, Linker};
use crate::audit::{self, Actor};
use crate::db::commits;
use crate::enrollment;
use crate::enrollment::store::Told;
use crate::inquiries::{self, adoption};
use crate::leads::{self, retention};
use crate::outbox;
use crate::programs;
use crate::reports;
use crate::staff;

/// Runs every step at its pace until told to stop.
pub(super) async fn keep(app: &App, stop: watch::Receiver<bool>) {
    let linker = Mutex::new(Linker::default());
    let begins = Mutex::new(None);
    let seconds = Duration::from_secs;
    tokio::join!(
        every(seconds(1), "adoption", stop.clone(), || adopt(app)),
        every(seconds(2), "spool", stop.clone(), || drain(app)),
        every(seconds(1), "audit chain", stop.clone(), || link(app, &linker, &begins)),
        every(Duration::from_mins(5), "audit checkpoint", stop.clone(), || checkpoint(app, &linker)),
        every(seconds(15), "counted events", stop.clone(), || tally(app)),
        every(seconds(5), "lapsed claims", stop.clone(), || lapse(app)),
        every(seconds(10), "escalations", stop.clone(), || escalate(app)),
        every(seconds(30), "pauses that end", stop.clone(), || resume(app)),
        every(seconds(15), "places", stop.clone(), || places(app)),
        every(Duration::from_mins(5), "weekly figures", stop.clone(), || weekly(app)),
        every(Duration::from_mins(10), "report days", stop.clone(), || pack(app)),
        every(seconds(5), "recent digests", stop.clone(), || forget_recent(app)),
        every(Duration::from_hours(1), "retention", stop.clone(), || retain(app)),
        every(Duration::from_mins(10), "expired", stop, || forget_expired(app)),
    );
}

/// A step that failed is tried again after this long, however seldom it runs otherwise.
const RETRY: Duration = Duration::from_secs(10);

/// Every step once, for tests.
pub(super) async fn once(app: &App) -> anyhow::Result<()> {
    drain(app).await?;
    adopt(app).await?;
    link(app, &Mutex::new(Linker::default()), &Mutex::new(None)).await?;
    tally(app).await?;
    lapse(app).await?;
    resume(app).await?;
    places(app).await?;
    escalate(app).await?;
    weekly(app).await?;
    pack(app).await?;
    forget_recent(app).await?;
    retain(app).await?;
    forget_expired(app).await
}

/// Repeats a step. Trouble is logged when it begins and when it ends, not each time.
async fn every<F: Future<Output = anyhow::Result<()>>>(
    pause: Duration,
    name: &'static str,
    mut stop: watch::Receiver<bool>,
    mut work: impl FnMut() -> F,
) {
    let mut failing = false;
    while !*stop.borrow() {
        match work().await {
            Ok(()) if failing => {
                failing = false;
                tracing::info!(step = name, "works again");
            }
            Ok(()) => {}
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                tracing::warn!(step = name, error = format!("{error:#}"), "failed; trying again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(if failing { pause.min(RETRY) } else { pause }) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Seals under the record key what the public role sealed under a sending key.
async fn adopt(app: &App) -> anyhow::Result<()> {
    let conn = &mut app.pool.get().await?;
    let mut after = None;
    loop {
        let adopted = adoption::adopt_batch(conn, &app.keys, after).await?;
        if !adopted.unopened.is_empty() {
            tracing::error!(count = adopted.unopened.len(), first = ?adopted.unopened.first(), "inquiries did not open with these keys");
        }
        match adopted.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

/// Stores what waits in this machine's spool, should its web server be gone.
async fn drain(app: &App) -> anyhow::Result<()> {
    if app.spool.ids()?.is_empty() {
        return Ok(());
    }
    if commits::waiting_since().is_some() {
        return Ok(());
    }
    let told = Told::of(&app.config, &app.keys)?;
    let Some(conn) = app.pool.get().await?.take() else { return Ok(()) };
    let held = (Arc::clone(&app.spool), Arc::clone(&app.keys));
    let prefix = &app.config.facility.reference_prefix;
    enrollment::spooling::drain::drain(conn, app.pool.confirmer(), held, &told, prefix).await?;
    Ok(())
}

/// Links what was committed. A new installation gets its first checkpoint as soon as there is something to sign, so that it can be
/// verified from then on: `begins` holds that the log was empty at first and has no checkpoint yet, until one is written.
async fn link(app: &App, linker: &Mutex<Linker>, begins: &Mutex<Option<bool>>) -> anyhow::Result<()> {
    let mut conn = app.pool.get().await?;
    let mut begins = begins.lock().await;
    if begins.is_none() {
        *begins = Some(chain::head(&mut conn).await?.0 == 0);
    }
    linker.lock().await.link_all(&mut conn, &app.keys, Utc::now()).await?;
    if *begins == Some(true) && chain::head(&mut conn).await?.0 > 0 {
        drop(conn);
        checkpoint(app, linker).await?;
        *begins = Some(false);
    }
    Ok(())
}

/// What was counted in a minute that is over goes to the audit log.
async fn tally(app: &App) -> anyhow::Result<()> {
    audit::tally::settle(&mut *app.pool.get().await?, Utc::now()).await?;
    Ok(())
}

/// A signed checkpoint goes to the log and to a file, where an intruder in the database does not reach.
async fn checkpoint(app: &App, linker: &Mutex<Linker>) -> anyhow::Result<()> {
    let since = Instant::now();
    let conn = &mut app.pool.get().await?;
    let Some(anchor) = linker.lock().await.checkpoint(conn, &app.keys, Utc::now()).await? else { return Ok(()) };
    // A checkpoint of links that a failover took away would accuse the log of having been cut off.
    if let Err(error) = app.pool.confirm(since).await {
        linker.lock().await.sign_again();
        return Err(error.into());
    }
    tracing::info!(seq = anchor.seq, hash = anchor.hash, at = anchor.at, signature = anchor.signature, "audit checkpoint");
    if chain::checkpoints::append(&app.config.data_dir, &anchor)? {
        tracing::warn!(
            seq = anchor.seq,
            "there were no checkpoints of the audit log on this host: they begin here; compare with copies elsewhere"
        );
    }
    Ok(())
}

/// Claims without activity go back to the queue at their original age.
async fn lapse(app: &App) -> anyhow::Result<()> {
    leads::lapse::run(&mut *app.pool.get().await?, &app.keys).await?;
    Ok(())
}

/// Promises that break are told to the next person.
async fn escalate(app: &App) -> anyhow::Result<()> {
    let configured = outbox::configured_digests(&app.keys, &app.config.notify.recipients)?;
    leads::escalation::climb(&mut *app.pool.get().await?, &app.config, &configured, Utc::now()).await?;
    Ok(())
}

/// Paused leads come back on their day.
async fn resume(app: &App) -> anyhow::Result<()> {
    let today = Utc::now().with_timezone(&app.config.facility.time_zone).date_naive();
    leads::pausing::resume_due(&mut *app.pool.get().await?, &app.keys, today).await?;
    Ok(())
}

/// Capacity that changes today, places nobody came for, and those who wait for one.
async fn places(app: &App) -> anyhow::Result<()> {
    let now = Utc::now();
    let conn = &mut app.pool.get().await?;
    programs::capacity::apply_due(conn, now.with_timezone(&app.config.facility.time_zone).date_naive()).await?;
    leads::waitlist::lapse_places(conn, &app.keys, now).await?;
    leads::waitlist::offer_places(conn, &app.keys, &app.config, now).await?;
    Ok(())
}

/// The digest that finds identical content without a key is kept for ten minutes.
async fn forget_recent(app: &App) -> anyhow::Result<()> {
    inquiries::store::forget_recent(&mut *app.pool.get().await?).await?;
    Ok(())
}

/// Last week's figures to those who asked for them.
async fn weekly(app: &App) -> anyhow::Result<()> {
    reports::weekly::enqueue::run(&mut *app.pool.get().await?, app.config.facility.time_zone, Utc::now()).await?;
    Ok(())
}

/// What is kept no longer: weighed once, then a portion at a time.
async fn retain(app: &App) -> anyhow::Result<()> {
    let conn = &mut app.pool.get().await?;
    let (keys, retention) = (&app.keys, &app.config.retention);
    let mut swept = retention::run(conn, keys, retention, false, Actor::System, Utc::now()).await?;
    if let Some(why) = swept.stopped {
        if why == retention::plan::Stopped::NewerSchema {
            tracing::warn!(why = why.words(), "the schedule of retention stands still");
        }
        tracing::debug!(why = why.words(), "the schedule of retention stands still");
    }
    while swept.more {
        swept = retention::sweep(conn, keys, retention, Actor::System, Utc::now()).await?;
    }
    Ok(())
}

/// Packs days of reports until none is left.
async fn pack(app: &App) -> anyhow::Result<()> {
    while reports::packed::figures::pack_all(&mut *app.pool.get().await?, Utc::now()).await? > 0 {}
    Ok(())
}

async fn forget_expired(app: &App) -> anyhow::Result<()> {
    let conn = &mut app.pool.get().await?;
    staff::tidy::store::forget_expired(conn).await?;
    outbox::store::forget_acknowledged(conn).await?;
    leads::presence::store::forget_old(conn).await?;
    Ok(())
}
