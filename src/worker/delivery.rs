//! Claims, sends, settles. A few mails are on their way at once, and one that takes long gives its place to another, so that no slow
//! recipient holds up the others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{Notify, watch};

use super::breaker::Breaker;
use super::post::{self, Post};
use crate::app::App;
use crate::db::Connection;
use crate::mail::{Reply, Verdict};
use crate::outbox::{self, ClaimToken, Gathering, Message, Settlement, store};
use crate::telemetry::fault;
use crate::values::MessageId;

/// A claim lasts this long, in seconds: twice what a mail may take.
const LEASE: i32 = 120;
/// How often the outbox is looked at when nothing wakes us.
const PAUSE: Duration = Duration::from_secs(1);
/// How long mails on their way may take once we are to stop.
const FAREWELL: Duration = Duration::from_secs(8);

/// One mail to send, and the messages it stands for.
#[derive(Debug, Clone)]
struct Job {
    begun: Instant,
    token: ClaimToken,
    messages: Vec<Message>,
}

impl Job {
    fn ids(&self) -> Vec<MessageId> {
        self.messages.iter().map(|message| message.id).collect()
    }
}

/// Sends what is due until told to stop.
pub(super) async fn deliver(app: &App, wake: &Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut breaker = Breaker::default();
    let mut sending = FuturesUnordered::new();
    let mut claimed: Vec<Job> = Vec::new();
    while !*stop.borrow() {
        let room = breaker.room(claimed.iter().map(|job| job.begun), Instant::now());
        if room > 1 || (room == 1 && sending.is_empty()) {
            match fault::within("claim", take(app, room, || *stop.borrow()), broken).await {
                Ok(jobs) => {
                    for job in jobs {
                        claimed.push(job.clone());
                        sending.push(perform(app, job));
                    }
                }
                Err(error) => tracing::warn!(error = format!("{error:#}"), "the outbox could not be read; trying again"),
            }
        }
        tokio::select! {
            Some(done) = sending.next(), if !sending.is_empty() => {
                claimed.retain(|job| job.token != done.token || job.ids() != done.ids);
                learn(app, &mut breaker, done).await;
            }
            () = wake.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.changed() => {}
        }
    }
    let finishing = async {
        while let Some(done) = sending.next().await {
            claimed.retain(|job| job.token != done.token || job.ids() != done.ids);
        }
    };
    if tokio::time::timeout(FAREWELL, finishing).await.is_err() {
        drop(sending);
        give_back(app, &claimed).await;
    }
}

/// Sends until nothing is due. Returns how many mails were taken by the mailer.
pub(super) async fn deliver_due(app: &App) -> anyhow::Result<usize> {
    let mut taken = 0;
    let mut breaker = Breaker::default();
    loop {
        let jobs = take(app, 4, || false).await?;
        if jobs.is_empty() {
            return Ok(taken);
        }
        let mut sending: FuturesUnordered<_> = jobs.into_iter().map(|job| perform(app, job)).collect();
        while let Some(done) = sending.next().await {
            taken += usize::from(done.verdict == Some(Verdict::Sent));
            learn(app, &mut breaker, done).await;
        }
    }
}

/// Claims due messages and sorts them into mails. May return none although something was claimed: a flooded recipient waits.
/// A flood may bring more as fast as it is sorted: who is `leaving` does not wait for its end.
async fn take(app: &App, room: usize, leaving: impl Fn() -> bool) -> anyhow::Result<Vec<Job>> {
    let conn = &mut app.pool.get().await?;
    loop {
        let token = ClaimToken::random();
        let claimed = outbox::claim(conn, token, i64::try_from(room)?, LEASE).await?;
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let jobs = sort(app, conn, token, claimed).await?;
        if !jobs.is_empty() || leaving() {
            return Ok(jobs);
        }
    }
}

async fn sort(app: &App, conn: &mut Connection, token: ClaimToken, mut claimed: Vec<Message>) -> anyhow::Result<Vec<Job>> {
    let (begun, mut jobs) = (Instant::now(), Vec::new());
    while let Some(message) = claimed.pop() {
        if !message.kind.gathers() {
            jobs.push(Job { begun, token, messages: vec![message] });
            continue;
        }
        let (kind, recipient) = (message.kind, message.recipient);
        let pressure = outbox::pressure(conn, kind, recipient).await?;
        let gathering = outbox::gathering(pressure, app.config.notify.collapse_above_per_minute);
        if gathering == Gathering::Single {
            jobs.push(Job { begun, token, messages: vec![message] });
            continue;
        }
        let same = |other: &mut Message| other.kind == kind && other.recipient == recipient;
        let mut messages: Vec<Message> = claimed.extract_if(.., same).collect();
        messages.push(message);
        if let Gathering::Wait(seconds) = gathering {
            let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
            store::release(conn, &ids, token, seconds).await?;
        } else {
            messages.extend(outbox::claim_waiting_for(conn, token, kind, recipient, LEASE).await?);
            jobs.push(Job { begun, token, messages });
        }
    }
    Ok(jobs)
}

/// What became of a job.
struct Done {
    token: ClaimToken,
    ids: Vec<MessageId>,
    verdict: Option<Verdict>,
}

/// Writes, sends and settles one mail. Trouble on our side is logged by id and tried again later.
async fn perform(app: &App, job: Job) -> Done {
    let ids = job.ids();
    let (verdict, settlement) = match fault::within("mail", written(app, &job), broken).await {
        Ok(Post::Mail(email)) => {
            let verdict = app.mailer.send(&email).await;
            let settlement = post::settlement(app, &job.messages, &verdict, Utc::now());
            (Some(verdict), settlement)
        }
        Ok(Post::Nobody(code)) => (None, Settlement::Dropped { code: code.to_owned() }),
        Err(error) => {
            tracing::error!(message = ?ids.first(), error = format!("{error:#}"), "a mail could not be written; trying again later");
            (None, post::later(app, &job.messages, "internal", Utc::now()))
        }
    };
    if let Err(error) = fault::within("settle", settle(app, &job, &settlement), broken).await {
        tracing::warn!(message = ?ids.first(), error = format!("{error:#}"), "a mail's outcome could not be kept; its claim will lapse");
    }
    Done { token: job.token, ids, verdict }
}

/// What a test's fault says.
fn broken<T>() -> anyhow::Result<T> {
    Err(anyhow::anyhow!("a fault of the tests"))
}

async fn written(app: &App, job: &Job) -> anyhow::Result<Post> {
    let conn = &mut app.pool.get().await?;
    post::write(app, conn, &job.messages, Utc::now()).await
}

async fn settle(app: &App, job: &Job, settlement: &Settlement) -> anyhow::Result<()> {
    let conn = &mut app.pool.get().await?;
    let settlement = &agreed(app, conn, job, settlement).await?;
    let settled = store::settle(conn, &job.ids(), job.token, settlement).await?;
    let (message, state) = (job.ids().first().copied(), settlement.state().code());
    if settled == job.messages.len() {
        tracing::info!(?message, count = settled, state, code = settlement.code(), "mail settled");
    } else {
        tracing::warn!(?message, settled, of = job.messages.len(), "a mail's claim had lapsed: somebody else decides");
    }
    Ok(())
}

/// A mail is given up only if this machine's clock and the database's agree that it waited so long: one of them may have jumped.
async fn agreed(app: &App, conn: &mut Connection, job: &Job, settlement: &Settlement) -> anyhow::Result<Settlement> {
    if let Settlement::Dead { code } = settlement
        && !outbox::waited(conn, &job.ids(), app.config.mail.give_up_after_hours).await?
    {
        return Ok(Settlement::Deferred { after_seconds: outbox::LONGEST_PAUSE, code: code.clone() });
    }
    Ok(settlement.clone())
}

/// Learns how the mail server is. When it is back, what was put off because of it is due now.
async fn learn(app: &App, breaker: &mut Breaker, done: Done) {
    let Some(verdict) = done.verdict else { return };
    let was_calm = breaker.is_calm();
    let back = breaker.learn(&verdict, Instant::now());
    if was_calm && !breaker.is_calm() {
        tracing::warn!("the mail server is away; mails wait");
    }
    if !back {
        return;
    }
    tracing::info!("the mail server is back");
    let hurried = async { anyhow::Ok(store::hurry(&mut *app.pool.get().await?, Reply::OUTAGE).await?) };
    if let Err(error) = hurried.await {
        tracing::warn!(error = format!("{error:#}"), "waiting mails could not be brought forward");
    }
}

/// Gives claims back on leaving; what cannot be given back lapses.
async fn give_back(app: &App, jobs: &[Job]) {
    let Ok(mut conn) = app.pool.get().await else { return };
    for job in jobs {
        if let Err(error) = store::release(&mut conn, &job.ids(), job.token, 0).await {
            tracing::warn!(error = %error, "a claim could not be given back; it will lapse");
        }
    }
}
