//! Storing an inquiry: the one transaction. Concurrent submissions share a commit.
//!
//! A few writers, each with a connection of its own, take what waits (at most 64 at a time) and store it with one statement.
//! An answer is given only after the commit. The form has these connections to itself: a busy staff side cannot starve it.

use std::sync::Arc;
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::consent::ConsentWording;
use super::prepared::Prepared;
use super::store::{self, Stored, Told};
use crate::db::Connection;
use crate::values::ReceiptCode;

/// Most submissions that share a commit.
const MOST_AT_ONCE: usize = 64;
/// Most submissions that wait; more are told to try again.
const MOST_WAITING: usize = 4_096;
/// Writers, each with a connection.
const WRITERS: usize = 2;
/// Tries for one submission while others store the same, or a code is taken.
const TRIES: usize = 5;
/// No answer is given later than this after the submission was handed over.
const DEADLINE: Duration = Duration::from_secs(8);

/// Why a submission could not be stored. It is safe to send it again.
#[derive(Debug, thiserror::Error)]
pub enum NotStored {
    /// The database did not confirm it.
    #[error("the database did not confirm the inquiry")]
    Unconfirmed,
    /// Too many wait already, or it took too long.
    #[error("too many inquiries wait to be stored")]
    Busy,
}

/// Where to store, and who is told.
#[derive(Debug, Clone)]
pub struct WriterSettings {
    /// Postgres.
    pub database_url: String,
    /// Who is told.
    pub told: Told,
    /// First part of references.
    pub reference_prefix: String,
    /// Wordings of the consent to texts.
    pub wordings: Vec<ConsentWording>,
}

struct Waiting {
    prepared: Prepared,
    answer: oneshot::Sender<Result<ReceiptCode, NotStored>>,
}

/// Hands submissions to the writers; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

impl Writer {
    /// Starts the writers on the current runtime; they end when the last handle is dropped.
    pub fn start(settings: WriterSettings) -> Self {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let settings = Arc::new(settings);
        for _ in 0..WRITERS {
            tokio::spawn(write(settings.clone(), waiting.clone()));
        }
        Self { queue }
    }

    /// Stores a submission. The receipt comes back after the commit and not before; the same submission gets the same receipt.
    pub async fn submit(&self, prepared: Prepared) -> Result<ReceiptCode, NotStored> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Waiting { prepared, answer }).map_err(|_full| NotStored::Busy)?;
        match tokio::time::timeout(DEADLINE, answered).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_dropped)) => Err(NotStored::Unconfirmed),
            Err(_late) => Err(NotStored::Busy),
        }
    }
}

/// One writer: takes what waits, stores it, answers.
async fn write(settings: Arc<WriterSettings>, waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut connection: Option<Connection> = None;
    loop {
        let mut batch = Vec::with_capacity(MOST_AT_ONCE);
        if waiting.lock().await.recv_many(&mut batch, MOST_AT_ONCE).await == 0 {
            return;
        }
        // Who waits no longer has been told to send it again: the digests make that safe.
        batch.retain(|one| !one.answer.is_closed());
        store_batch(&settings, &mut connection, batch).await;
    }
}

/// Stores a batch; what one statement could not settle is tried again one by one.
async fn store_batch(settings: &WriterSettings, connection: &mut Option<Connection>, batch: Vec<Waiting>) {
    if batch.is_empty() {
        return;
    }
    let (mut prepared, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.prepared, one.answer)).unzip();
    let mut stored = insert(settings, connection, &prepared).await;
    if let Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) = &stored {
        // Of a million references one in a thousand is taken already.
        for one in &mut prepared {
            one.renew_codes(&settings.reference_prefix);
        }
        stored = insert(settings, connection, &prepared).await;
    }
    let verdicts = stored.unwrap_or_else(|error| {
        tracing::warn!(error = %kind(&error), batch = prepared.len(), "a batch of inquiries was not stored at once, trying one by one");
        vec![Stored::Again; prepared.len()]
    });
    for ((one, answer), verdict) in prepared.into_iter().zip(answers).zip(verdicts) {
        let outcome = match verdict {
            Stored::New => Ok(one.receipt),
            Stored::Before(receipt) => Ok(receipt),
            Stored::Again => store_one(settings, connection, one).await,
        };
        // The inquirer may have gone; the inquiry is stored all the same.
        let _gone = answer.send(outcome);
    }
}

/// Stores one submission, trying again while somebody else stores the same or a code is taken.
async fn store_one(
    settings: &WriterSettings,
    connection: &mut Option<Connection>,
    mut one: Prepared,
) -> Result<ReceiptCode, NotStored> {
    for _ in 0..TRIES {
        match insert(settings, connection, std::slice::from_ref(&one)).await.map(|mut verdicts| verdicts.pop()) {
            Ok(Some(Stored::New)) => return Ok(one.receipt),
            Ok(Some(Stored::Before(receipt))) => return Ok(receipt),
            Ok(Some(Stored::Again) | None) => {
                if let Some(connection) = connection.as_mut() {
                    let cleared = store::clear_stale_digests(connection, &[&one.recent_digest]).await;
                    tracing::debug!(cleared = cleared.unwrap_or(0), "the same inquiry is being stored by somebody else");
                }
            }
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => one.renew_codes(&settings.reference_prefix),
            Err(error) => tracing::error!(error = %kind(&error), "an inquiry was not stored"),
        }
    }
    Err(NotStored::Unconfirmed)
}

/// Runs the statement, connecting first where needed. After an error of the connection itself it is made anew the next time.
async fn insert(
    settings: &WriterSettings,
    connection: &mut Option<Connection>,
    batch: &[Prepared],
) -> Result<Vec<Stored>, DieselError> {
    if connection.is_none() {
        *connection = Some(connect(settings).await?);
    }
    let Some(open) = connection.as_mut() else { return Err(DieselError::NotFound) };
    let outcome = store::insert_batch(open, batch, &settings.told).await;
    if let Err(error) = &outcome
        && !matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
    {
        *connection = None;
    }
    outcome
}

async fn connect(settings: &WriterSettings) -> Result<Connection, DieselError> {
    let failed = |error: diesel::ConnectionError| DieselError::QueryBuilderError(Box::new(error));
    let mut conn = Connection::establish(&settings.database_url).await.map_err(failed)?;
    conn.batch_execute("SET lock_timeout = '2s'; SET application_name = 'intake form'").await?;
    for wording in &settings.wordings {
        store::keep_consent_wording(&mut conn, &wording.version, wording.language, &wording.text).await?;
    }
    Ok(conn)
}

/// What kind of error, without the words of the database: they can hold values.
fn kind(error: &DieselError) -> String {
    if let DieselError::DatabaseError(kind, _) = error { format!("{kind:?}") } else { "not a database error".to_owned() }
}
