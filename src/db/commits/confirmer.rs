//! Confirms for many at once, on a connection of its own: while the standby is away one backend of Postgres waits, however many ask.
//!
//! A wait for a standby does not end when its client gives up, so a request that tried by itself and was cut off would leave a backend
//! behind each time, until Postgres has no connection left.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use tokio::sync::{mpsc, oneshot};

use super::{Attempt, backend, emit, still_waits};
use crate::db::{Connection, fence};

/// Who asks for longer than this is told that it is not confirmed.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(4);
/// A connection that is not there by then is tried again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How often a wait is compared with what the server says about it.
const COMPARE_EVERY: Duration = Duration::from_secs(10);
/// Without work for so long the connection is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_WAITING: usize = 1_024;

/// What was committed may be lost at a failover: nothing says that the standby has it. It may also be safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the commit was not confirmed in time: it may be saved, look before repeating it")]
pub struct Unconfirmed;

/// Who wants to know; `None` is a probe that nobody waits for.
type Request = Option<oneshot::Sender<()>>;

/// Where requests go while a task works on them.
type Requests = Mutex<Option<mpsc::Sender<Request>>>;

/// One for each server in the whole process, whichever pool or thread asks.
static SHARED: Mutex<Vec<(Arc<str>, Weak<Requests>)>> = Mutex::new(Vec::new());

/// Hands requests to the task that confirms; cheap to clone. The task starts with the first request and ends when there are none.
#[derive(Clone, Debug)]
pub struct Confirmer {
    url: Arc<str>,
    requests: Arc<Requests>,
}

impl Confirmer {
    /// For the server of `url`; connects on first use.
    pub fn new(url: &str) -> Self {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.retain(|(_, requests)| requests.strong_count() > 0);
        let known = shared
            .iter()
            .find(|(known, _)| **known == *url)
            .and_then(|(known, requests)| Some((known.clone(), requests.upgrade()?)));
        let (url, requests) = known.unwrap_or_else(|| {
            let fresh = (Arc::<str>::from(url), Arc::<Requests>::default());
            shared.push((fresh.0.clone(), Arc::downgrade(&fresh.1)));
            fresh
        });
        Self { url, requests }
    }

    /// Tries a commit in the background; `commits::waiting_since` tells what came of it.
    pub fn probe(&self) {
        self.send(None);
    }

    /// Everything committed before this call is held by whoever a commit waits for, on the server that took it.
    ///
    /// `since` is from before those commits: where a failover was seen after it, the server that confirms may be another one than the
    /// server that committed, and its word is worth nothing.
    ///
    /// # Errors
    ///
    /// Not within four seconds, or not for certain.
    pub async fn confirm(&self, since: Instant) -> Result<(), Unconfirmed> {
        let (answer, answered) = oneshot::channel();
        self.send(Some(answer));
        match tokio::time::timeout(CONFIRM_TIMEOUT, answered).await {
            Ok(Ok(())) if !fence::is_outdated(since) => Ok(()),
            Ok(Ok(()) | Err(_)) | Err(_) => Err(Unconfirmed),
        }
    }

    fn send(&self, request: Request) {
        let mut open = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let request = match &*open {
            Some(requests) => match requests.try_send(request) {
                // Where very many wait, one more is told in time that it is not confirmed.
                Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => return,
                // It had nothing to do, or its runtime ended.
                Err(mpsc::error::TrySendError::Closed(request)) => request,
            },
            None => request,
        };
        let (requests, waiting) = mpsc::channel(MAX_WAITING);
        let _fits = requests.try_send(request);
        *open = Some(requests);
        tokio::spawn(work(self.url.clone(), waiting));
    }
}

async fn work(url: Arc<str>, mut requests: mpsc::Receiver<Request>) {
    let mut line = None;
    loop {
        let first = match tokio::time::timeout(IDLE_TIMEOUT, requests.recv()).await {
            Ok(Some(first)) => first,
            Ok(None) => return,
            Err(_idle) => {
                // Whoever comes now starts another task; who came in this moment is still served.
                requests.close();
                continue;
            }
        };
        let mut together = vec![first];
        while let Ok(another) = requests.try_recv() {
            together.push(another);
        }
        confirm_together(&url, &mut line, together).await;
    }
}

/// One commit for all who asked before it. One that hung and broke is tried again until a commit is confirmed: who was told that
/// commits wait is told when they do no more.
async fn confirm_together(url: &str, line: &mut Option<Line>, mut together: Vec<Request>) {
    let mut attempt = None;
    loop {
        let outcome = try_once(url, line, &mut attempt).await;
        let noticed = attempt.as_ref().is_some_and(Attempt::is_noticed);
        match outcome {
            Ok(()) => {
                if noticed {
                    tracing::info!("commits are confirmed again");
                }
                if let Some(attempt) = attempt {
                    attempt.succeeded();
                }
                for answer in together.into_iter().flatten() {
                    // Who asked may have been told already that it took too long.
                    let _gone = answer.send(());
                }
                return;
            }
            Err(why) if noticed => {
                tracing::warn!(why, "a commit was not confirmed; trying again");
                // Their commits may be those of another server by then.
                together.clear();
                tokio::time::sleep(RETRY_AFTER).await;
            }
            Err(why) => {
                tracing::warn!(why, "a commit could not be confirmed");
                return;
            }
        }
    }
}

/// The connection, and what tells it apart on the server.
struct Line {
    connection: Connection,
    made: Instant,
    pid: i32,
}

impl Line {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let made = Instant::now();
        let mut connection = crate::db::connect(url).await?;
        connection.batch_execute("SET application_name = 'intake commits'").await?;
        let pid = backend(&mut connection).await?;
        Ok(Self { connection, made, pid })
    }
}

/// A commit on the open connection, or on a new one; why it was not confirmed.
async fn try_once(url: &str, line: &mut Option<Line>, attempt: &mut Option<Attempt>) -> Result<(), &'static str> {
    let mut open = match line.take().filter(|open| !fence::is_outdated(open.made)) {
        Some(open) => open,
        None => match tokio::time::timeout(CONNECT_TIMEOUT, Line::open(url)).await {
            Ok(Ok(open)) => open,
            Ok(Err(_)) | Err(_) => return Err("the database does not answer"),
        },
    };
    // From here on: a database that is away altogether is no commit that waits.
    attempt.get_or_insert_with(Attempt::begin);
    let pid = open.pid;
    tokio::select! {
        outcome = emit(&mut open.connection) => outcome.map_err(|_error| "the connection broke, or this role may not write WAL")?,
        () = replaced() => return Err("another server is the primary now"),
        () = lost(url, pid) => return Err("the server does not know this connection any more"),
    }
    *line = Some(open);
    Ok(())
}

/// Ends once a connection that is open now may lead to a former primary.
async fn replaced() {
    let opened = std::time::Instant::now();
    while !fence::is_outdated(opened) {
        tokio::time::sleep(COMPARE_EVERY).await;
    }
}

/// Ends when the server says that this backend does not wait for a standby: then the connection is dead and nobody noticed.
async fn lost(url: &str, pid: i32) {
    loop {
        tokio::time::sleep(COMPARE_EVERY).await;
        let asked = async { anyhow::Ok(still_waits(&mut crate::db::connect(url).await?, pid).await?) };
        if let Ok(Ok(false)) = tokio::time::timeout(CONNECT_TIMEOUT, asked).await {
            return;
        }
    }
}
