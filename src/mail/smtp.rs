//! SMTP. Each step has a deadline, and so has the whole. A connection is kept for the next mail only after a clean ending:
//! one that was cut short in the middle is closed, never handed on.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::time::timeout;

use super::letter::{self, Letter};
use super::relay::{Protection, Relay};
use super::verdict::{Step, Verdict};
use super::{Email, MailerError, Reply};

/// How long a mail server may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// Reaching the server.
    pub connect: Duration,
    /// Each reply.
    pub command: Duration,
    /// A mail altogether.
    pub total: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), command: Duration::from_secs(30), total: Duration::from_mins(1) }
    }
}

/// A connection that has idled longer is not trusted.
const IDLE: Duration = Duration::from_secs(30);
/// So many connections idle at most.
const PARKED: usize = 4;

/// The way to one mail server.
pub struct Smtp {
    relay: Relay,
    from: Mailbox,
    tls: TlsParameters,
    hello: ClientId,
    deadlines: Deadlines,
    parked: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Smtp").field(&self.relay).finish()
    }
}

impl Smtp {
    pub(super) fn new(url: &str, from: Mailbox, deadlines: Deadlines) -> Result<Self, MailerError> {
        let relay = Relay::parse(url)?;
        let tls = TlsParameters::new(relay.host.clone()).map_err(|_unusable| MailerError::Tls)?;
        Ok(Self { relay, from, tls, hello: ClientId::default(), deadlines, parked: Mutex::default() })
    }

    pub(super) fn describes(&self) -> String {
        self.relay.describes()
    }

    pub(super) async fn send(&self, email: &Email) -> Verdict {
        let letter = match letter::write(&self.from, email) {
            Ok(letter) => letter,
            Err(reply) => return Verdict::NeverRetry(reply),
        };
        match timeout(self.deadlines.total, self.deliver(&letter)).await {
            Ok(Ok(())) => Verdict::Sent,
            Ok(Err(verdict)) => verdict,
            Err(_elapsed) => Verdict::on_silence(Step::Open),
        }
    }

    async fn deliver(&self, letter: &Letter) -> Result<(), Verdict> {
        let mut connection = match self.parked_connection().await {
            Some(connection) => connection,
            None => self.open().await?,
        };
        let ending = self.converse(&mut connection, letter).await;
        if ending.is_ok() {
            let mut parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner);
            if parked.len() < PARKED {
                parked.push((connection, Instant::now()));
            }
        } else {
            // Apart: a server that says nothing would say nothing to this either, and the verdict is known.
            tokio::spawn(async move { timeout(Duration::from_secs(1), connection.abort()).await });
        }
        ending
    }

    async fn converse(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), Verdict> {
        let mut parameters = Vec::new();
        if letter.envelope.to().iter().any(|to| !to.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Verdict::NeverRetry(Reply::of_message("smtputf8")));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let sender = Mail::new(letter.envelope.from().cloned(), parameters);
        self.within(Step::Sender, connection.command(sender)).await?;
        for to in letter.envelope.to() {
            self.within(Step::Message, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        }
        self.within(Step::Message, connection.command(Data)).await?;
        self.within(Step::Message, connection.message(&letter.bytes)).await?;
        Ok(())
    }

    async fn within<T>(&self, step: Step, reply: impl Future<Output = Result<T, Error>>) -> Result<T, Verdict> {
        match timeout(self.deadlines.command, reply).await {
            Ok(reply) => reply.map_err(|error| Verdict::on_failure(step, &error)),
            Err(_elapsed) => Err(Verdict::on_silence(step)),
        }
    }

    /// A connection left over from an earlier mail, if the server still answers on it.
    async fn parked_connection(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let newest = self.parked.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let (mut connection, since) = newest?;
            if since.elapsed() < IDLE && self.within(Step::Open, connection.command(Noop)).await.is_ok() {
                return Some(connection);
            }
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Verdict> {
        let address = (self.relay.host.as_str(), self.relay.port);
        let from_the_start = (self.relay.protection == Protection::Tls).then(|| self.tls.clone());
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(self.deadlines.connect), &self.hello, from_the_start, None);
        let mut connection = self.within(Step::Open, connecting).await?;
        if self.relay.protection == Protection::StartTls {
            self.within(Step::Open, connection.starttls(self.tls.clone(), &self.hello)).await?;
        }
        if let Some(credentials) = &self.relay.credentials {
            let known = [Mechanism::Plain, Mechanism::Login];
            self.within(Step::Open, connection.auth(&known, credentials)).await?;
        }
        Ok(connection)
    }
}
