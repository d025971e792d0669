//! Reads everybody once at the start, then hears of each new inquiry; catches up after every silence.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Entry, Shared, store};
use crate::db::{self, Connection};
use crate::inquiries::Contact;
use crate::leads::returning::notice::notice;
use crate::sealing::Keys;
use crate::values::{InquiryId, LeadId};

/// Inquiries are announced here: their ids, with commas between.
const CHANNEL: &str = "intake_inquiries";
/// An inquiry that became known just now.
type Opened = (InquiryId, LeadId, Contact);
/// Inquiries read at once; a contact that was stored before names had a bound can take 60 kB.
const PAGE: i64 = 250;
/// Transactions may commit in another order than that of their ids, and clocks differ.
const OVERLAP: Duration = Duration::from_mins(2);
/// However much is heard, what was missed is looked for so often.
const CATCH_UP: Duration = Duration::from_mins(1);
const RETRY: Duration = Duration::from_secs(1);

/// Reads every inquiry, in the background; begins anew where it stood when the database goes away.
pub async fn load(url: String, keys: Arc<Keys>, shared: Arc<Shared>) {
    let mut after = Uuid::nil();
    while let Err(error) = load_from(&url, &keys, &shared, &mut after).await {
        tracing::warn!(error = format!("{error:#}"), "the search could not read on, trying again");
        tokio::time::sleep(RETRY).await;
    }
    shared.complete.store(true, Ordering::Release);
    tracing::debug!("the search knows everybody");
}

async fn load_from(url: &str, keys: &Arc<Keys>, shared: &Arc<Shared>, after: &mut Uuid) -> anyhow::Result<()> {
    let mut conn = db::connect(url).await.context("no connection for the search")?;
    while let Some(last) = read_page(&mut conn, keys, shared, *after).await? {
        *after = last;
    }
    Ok(())
}

/// Hears of new inquiries for as long as the directory lives.
pub async fn follow(url: String, keys: Arc<Keys>, shared: Arc<Shared>) {
    loop {
        if let Err(error) = listen(&url, &keys, &shared).await {
            tracing::warn!(error = format!("{error:#}"), "the search lost its connection, trying again");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// One connection listens before the other catches up, so that nothing falls between.
async fn listen(url: &str, keys: &Arc<Keys>, shared: &Arc<Shared>) -> anyhow::Result<()> {
    let mut ears = db::listen(url, &[CHANNEL]).await.context("no connection to listen on")?;
    let mut hands = db::connect(url).await.context("no connection to read with")?;
    catch_up(&mut hands, keys, shared).await?;
    let mut due = Instant::now() + CATCH_UP;
    loop {
        match tokio::time::timeout_at(due, ears.next()).await {
            Ok(notification) => {
                let payload = notification?.payload;
                let ids: Vec<Uuid> = payload.split(',').filter_map(|id| id.trim().parse().ok()).collect();
                let rows = store::by_ids(&mut hands, &ids).await?;
                let erased: Vec<Uuid> = ids.into_iter().filter(|id| !rows.iter().any(|(row, ..)| row.uuid() == *id)).collect();
                let opened = take(keys, shared, rows, erased).await?;
                notice_returns(&mut hands, shared, &opened).await;
            }
            Err(_due) => {
                catch_up(&mut hands, keys, shared).await?;
                due = Instant::now() + CATCH_UP;
            }
        }
    }
}

/// Reads what came since shortly before the newest known inquiry; while the first reading goes on, that reads it.
async fn catch_up(conn: &mut Connection, keys: &Arc<Keys>, shared: &Arc<Shared>) -> anyhow::Result<()> {
    if !shared.complete.load(Ordering::Acquire) {
        return Ok(());
    }
    take(keys, shared, Vec::new(), store::erased(conn).await?).await?;
    let newest = shared.newest.load(Ordering::Acquire);
    let overlap = u64::try_from(OVERLAP.as_millis())?;
    let mut after = Uuid::from_u128(u128::from(newest.saturating_sub(overlap)) << 80);
    loop {
        let rows = store::after(conn, after, PAGE).await?;
        let Some(last) = rows.last().map(|(id, ..)| id.uuid()) else { return Ok(()) };
        let opened = take(keys, shared, rows, Vec::new()).await?;
        notice_returns(conn, shared, &opened).await;
        after = last;
    }
}

/// Whoever wrote before from the same number or address is put first. Trouble here costs no search.
async fn notice_returns(conn: &mut Connection, shared: &Shared, opened: &[Opened]) {
    for (inquiry, lead, contact) in opened {
        let alike = shared.earlier_leads(*lead, contact);
        if alike.is_empty() {
            continue;
        }
        if let Err(error) = notice(conn, *inquiry, *lead, &alike).await {
            tracing::warn!(%lead, error = kind(&error), "a return was not noticed");
        }
    }
}

/// Reads a page above `after` and returns its last id; `None` at the end.
async fn read_page(conn: &mut Connection, keys: &Arc<Keys>, shared: &Arc<Shared>, after: Uuid) -> anyhow::Result<Option<Uuid>> {
    let rows = store::after(conn, after, PAGE).await?;
    let last = rows.last().map(|(id, ..)| id.uuid());
    take(keys, shared, rows, Vec::new()).await?;
    Ok(last)
}

/// Forgets what was erased, then opens and adds what is new, on a thread of its own: both take processor time.
async fn take(keys: &Arc<Keys>, shared: &Arc<Shared>, rows: Vec<store::Row>, erased: Vec<Uuid>) -> anyhow::Result<Vec<Opened>> {
    let (keys, shared) = (Arc::clone(keys), Arc::clone(shared));
    let taken = tokio::task::spawn_blocking(move || {
        shared.remove(&erased);
        take_now(&keys, &shared, rows)
    });
    taken.await.context("inquiries were not read into the search")
}

/// What does not open is named by its id and left out.
fn take_now(keys: &Keys, shared: &Shared, rows: Vec<store::Row>) -> Vec<Opened> {
    let mut opened = Vec::with_capacity(rows.len());
    for (inquiry, lead, sealed) in shared.unknown(rows) {
        match keys.open(inquiry.uuid(), &sealed) {
            Ok(contact) => opened.push((inquiry, lead, contact)),
            Err(error) => tracing::error!(%inquiry, %error, "an inquiry cannot be searched"),
        }
        shared.newest.fetch_max(milliseconds(inquiry.uuid()), Ordering::AcqRel);
    }
    let entries: Vec<_> = opened
        .iter()
        .map(|(inquiry, lead, contact)| Entry {
            inquiry: inquiry.uuid(),
            lead: *lead,
            name: contact.name.reveal(),
            phone: contact.phone.as_ref().map(crate::values::PhoneNumber::reveal),
            email: contact.email.as_ref().map(crate::values::EmailAddress::reveal),
        })
        .collect();
    shared.add(&entries);
    opened
}

/// What kind of error, without the words of the database: they can hold values.
fn kind(error: &diesel::result::Error) -> String {
    if let diesel::result::Error::DatabaseError(kind, _) = error { format!("{kind:?}") } else { "not a database error".to_owned() }
}

/// The time within a version 7 id.
fn milliseconds(id: Uuid) -> u64 {
    u64::try_from(id.as_u128() >> 80).unwrap_or(0)
}
