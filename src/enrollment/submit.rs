//! Storing an inquiry: the one transaction. Concurrent submissions share a commit.
//!
//! A few writers, each with a connection of its own, take what waits (at most 64 at a time) and store it with one statement.
//! An answer is given only after the commit. The form has these connections to itself: a busy staff side cannot starve it.
//! Anything short of a confirmed commit goes to the spool (`enrollment::spooling`) and is answered from there.

mod connection;

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::consent::ConsentWording;
use super::prepared::Prepared;
use super::spooling::{Keeper, Kept, drain};
use super::store::{self, Stored, Told};
use crate::app::startup::Startup;
use crate::db::commits::{self, Confirmer};
use crate::db::{self, Connection};
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::{again, fault};
use crate::values::ReceiptCode;
pub(in crate::enrollment) use connection::connect;

/// Most submissions that share a commit.
const MOST_AT_ONCE: usize = 64;
/// Most submissions that wait for the database; more go to the spool.
const MOST_WAITING: usize = 4_096;
/// Writers, each with a connection.
const WRITERS: usize = 2;
/// Tries for one submission while others store the same, or a code is taken.
const TRIES: usize = 5;
/// Longer is waited for no statement; what it did is found by id and digest.
const PATIENCE: Duration = Duration::from_secs(4);
/// A submission that was not answered from the database by then goes to the spool.
const DEADLINE: Duration = Duration::from_secs(6);
/// An error that came so quickly is worth another try on a new connection.
const QUICK: Duration = Duration::from_millis(500);
/// After a refusal, and after a statement that hung, the database is left alone for so long.
const REST: Duration = Duration::from_millis(500);
const LONG_REST: Duration = Duration::from_secs(5);

/// No receipt can be given. It is safe to send the same again.
#[derive(Debug, thiserror::Error)]
#[error("neither the database nor the spool took the inquiry")]
pub struct NotStored;

/// Where to store, and who is told.
#[derive(Clone)]
pub struct WriterSettings {
    /// Postgres.
    pub database_url: String,
    /// Who is told.
    pub told: Told,
    /// First part of references.
    pub reference_prefix: String,
    /// Wordings of the consent to texts.
    pub wordings: Vec<ConsentWording>,
    /// Where inquiries wait while Postgres is away.
    pub spool: Arc<Spool>,
    /// What seals them there.
    pub keys: Arc<Keys>,
    /// Counts what goes to the spool and comes from it.
    pub metrics: Arc<Metrics>,
    /// Whether the database may be written to yet.
    pub startup: Startup,
    /// Tries whether commits are confirmed, while the writers leave the database alone.
    pub confirmer: Confirmer,
}

/// What the database said to one submission.
#[derive(Debug, Clone)]
enum Answer {
    Stored(ReceiptCode),
    /// Not confirmed: it may be stored, or not.
    Unconfirmed,
}

struct Waiting {
    prepared: Prepared,
    answer: oneshot::Sender<Answer>,
}

/// Hands submissions to the writers; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
    keeper: Keeper,
    metrics: Arc<Metrics>,
}

impl Writer {
    /// Starts the writers on the current runtime; they end when the last handle is dropped.
    pub fn start(settings: WriterSettings) -> Self {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let settings = Arc::new(settings);
        for _ in 0..WRITERS {
            let (settings, waiting) = (settings.clone(), waiting.clone());
            tokio::spawn(again::after_a_panic("writer", move || write(settings.clone(), waiting.clone())));
        }
        let keeper = Keeper::start(settings.spool.clone(), settings.keys.clone());
        let metrics = settings.metrics.clone();
        let (held, alive) = (keeper.held().clone(), queue.downgrade());
        tokio::spawn(again::after_a_panic("drain", move || drain::keep_drained(settings.clone(), held.clone(), alive.clone())));
        Self { queue, keeper, metrics }
    }

    /// Stores a submission: in the database, else in the spool. The receipt comes back when it is on a disk and not before; the
    /// same submission gets the same receipt.
    pub async fn submit(&self, prepared: Prepared) -> Result<ReceiptCode, NotStored> {
        if let Some(receipt) = self.keeper.same(&prepared) {
            return Ok(receipt);
        }
        match self.to_database(prepared.clone()).await {
            Answer::Stored(receipt) => Ok(receipt),
            Answer::Unconfirmed => {
                let receipt = self.keeper.keep(prepared).await.map_err(|_full_disk| NotStored)?;
                self.metrics.spooled();
                Ok(receipt)
            }
        }
    }

    /// The submission that waits in the spool under this receipt.
    pub fn spooled(&self, code: &ReceiptCode) -> Option<Kept> {
        self.keeper.find(code)
    }

    async fn to_database(&self, prepared: Prepared) -> Answer {
        let (answer, answered) = oneshot::channel();
        if self.queue.try_send(Waiting { prepared, answer }).is_err() {
            return Answer::Unconfirmed;
        }
        match tokio::time::timeout(DEADLINE, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_dropped)) => Answer::Unconfirmed,
            Err(_late) => Answer::Unconfirmed,
        }
    }
}

/// A writer's way to the database.
#[derive(Default)]
struct Line {
    connection: Option<Connection>,
    /// When that was made.
    made: Option<Instant>,
    /// Until then the database is left alone.
    rests_until: Option<Instant>,
}

/// Why a statement did not do.
enum Failed {
    /// A code is taken.
    Taken,
    /// The database is away, hangs or refuses.
    Away,
}

/// One writer: takes what waits, stores it, answers.
async fn write(settings: Arc<WriterSettings>, waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut line = Line::default();
    loop {
        let mut batch = Vec::with_capacity(MOST_AT_ONCE);
        if waiting.lock().await.recv_many(&mut batch, MOST_AT_ONCE).await == 0 {
            return;
        }
        // Who waits no longer was answered from the spool, which the drain brings here.
        batch.retain(|one| !one.answer.is_closed());
        line.store_batch(&settings, batch).await;
    }
}

impl Line {
    /// Stores a batch; those that somebody else is storing are asked for one by one.
    async fn store_batch(&mut self, settings: &WriterSettings, batch: Vec<Waiting>) {
        if batch.is_empty() {
            return;
        }
        let (mut prepared, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.prepared, one.answer)).unzip();
        let mut stored = self.insert(settings, &prepared).await;
        if let Err(Failed::Taken) = &stored {
            // Of a million references one in a thousand is taken already.
            for one in &mut prepared {
                one.renew_reference(&settings.reference_prefix);
            }
            stored = self.insert(settings, &prepared).await;
        }
        let verdicts = stored.map(|verdicts| verdicts.into_iter().map(Some).collect());
        let verdicts = verdicts.unwrap_or_else(|_not_stored| vec![None; prepared.len()]);
        for ((one, answer), verdict) in prepared.into_iter().zip(answers).zip(verdicts) {
            let outcome = match verdict {
                Some(Stored::New) => Answer::Stored(one.receipt),
                Some(Stored::Before(receipt)) => Answer::Stored(receipt),
                Some(Stored::Again) => self.store_one(settings, one).await,
                None => Answer::Unconfirmed,
            };
            // The inquirer may have gone; the inquiry is stored all the same.
            let _gone = answer.send(outcome);
        }
    }

    /// Stores one submission, trying again while somebody else stores the same or a code is taken.
    async fn store_one(&mut self, settings: &WriterSettings, mut one: Prepared) -> Answer {
        for _ in 0..TRIES {
            match self.insert(settings, std::slice::from_ref(&one)).await.map(|mut verdicts| verdicts.pop()) {
                Ok(Some(Stored::New)) => return Answer::Stored(one.receipt),
                Ok(Some(Stored::Before(receipt))) => return Answer::Stored(receipt),
                Ok(Some(Stored::Again) | None) => self.clear_stale(&one).await,
                Err(Failed::Taken) => one.renew_reference(&settings.reference_prefix),
                Err(Failed::Away) => return Answer::Unconfirmed,
            }
        }
        Answer::Unconfirmed
    }

    /// What stands in the way may be a digest that is older than ten minutes. A connection on which that hangs is not used again.
    async fn clear_stale(&mut self, one: &Prepared) {
        let Some(mut connection) = self.connection.take() else { return };
        let digests: [&[u8]; 1] = [&one.recent_digest];
        let work = store::clear_stale_digests(&mut connection, &digests);
        let Ok(cleared) = tokio::time::timeout(PATIENCE, work).await else { return };
        tracing::debug!(cleared = cleared.unwrap_or(0), "the same inquiry is being stored by somebody else");
        self.connection = Some(connection);
    }

    /// Runs the statement, on a new connection where the old one was lost. A database that is away is left alone for a moment,
    /// so that nobody waits for it in vain.
    async fn insert(&mut self, settings: &WriterSettings, batch: &[Prepared]) -> Result<Vec<Stored>, Failed> {
        // While commits wait for a standby, one more would hang as well, and leave a backend of Postgres behind when it is given up.
        if self.rests_until.is_some_and(|until| Instant::now() < until) || commits::waiting_since().is_some() {
            return Err(Failed::Away);
        }
        let started = Instant::now();
        let mut outcome = self.insert_once(settings, batch).await;
        if let Err(Failed::Away) = &outcome
            && started.elapsed() < QUICK
        {
            outcome = self.insert_once(settings, batch).await;
        }
        self.rests_until = match &outcome {
            Err(Failed::Away) if started.elapsed() < PATIENCE => Some(Instant::now() + REST),
            Err(Failed::Away) => Some(Instant::now() + LONG_REST),
            Ok(_) | Err(Failed::Taken) => None,
        };
        outcome
    }

    async fn insert_once(&mut self, settings: &WriterSettings, batch: &[Prepared]) -> Result<Vec<Stored>, Failed> {
        // Taken out: a statement that is cut off leaves no connection behind that still waits for its answer.
        let open = self.connection.take().filter(|_| !self.made.is_some_and(db::fence::is_outdated));
        if open.is_none() {
            self.made = Some(Instant::now());
        }
        let work = async {
            let mut connection = match open {
                Some(open) => open,
                None => connect(settings).await?,
            };
            let outcome = store::insert_confirmed(&mut connection, batch, &settings.told).await;
            Ok::<_, DieselError>((connection, outcome))
        };
        let work = fault::within("store", work, || Err(DieselError::BrokenTransactionManager));
        let error = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok((connection, Ok(verdicts)))) => {
                self.connection = Some(connection);
                return Ok(verdicts);
            }
            Ok(Ok((connection, Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))))) => {
                self.connection = Some(connection);
                return Err(Failed::Taken);
            }
            Ok(Ok((_, Err(error))) | Err(error)) => kind(&error),
            Err(_late) => {
                settings.confirmer.probe();
                "no answer in time".to_owned()
            }
        };
        tracing::warn!(error, batch = batch.len(), "the database did not confirm a batch of inquiries");
        Err(Failed::Away)
    }
}

/// What kind of error, without the words of the database: they can hold values.
fn kind(error: &DieselError) -> String {
    if let DieselError::DatabaseError(kind, _) = error { format!("{kind:?}") } else { "not a database error".to_owned() }
}
