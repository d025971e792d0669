//! What a mail server's reply means for a message. Only the code is kept.

use lettre::transport::smtp::Error;

/// Reply code, or a word for what kept us from getting one: `connect`, `tls`, `timeout`, `silent`, `dropped`, `address`, `smtputf8`, `file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: String,
    about_server: bool,
}

impl Reply {
    /// Words of replies that tell of the server, not of the message: what was deferred with them is due when it is back.
    pub const OUTAGE: &'static [&'static str] = &["connect", "tls", "timeout"];

    /// A reply about one message.
    pub(super) fn of_message(code: &str) -> Self {
        Self { code: code.to_owned(), about_server: false }
    }

    /// A reply that holds for every message.
    pub(crate) fn of_server(code: &str) -> Self {
        Self { code: code.to_owned(), about_server: true }
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// True if other messages would fare no better now.
    pub const fn is_about_server(&self) -> bool {
        self.about_server
    }
}

/// What becomes of a message after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The next server took it. That is not yet *delivered*.
    Sent,
    /// Not now; perhaps it was taken after all, so the next try bears the same `Message-ID`.
    RetryLater(Reply),
    /// Never with this recipient or content.
    NeverRetry(Reply),
}

/// How far the conversation was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Connecting, greeting, TLS, signing in: says nothing about the message, a "no" here is for the operator.
    Open,
    /// `MAIL FROM`: our own sender, so a "no" is for the operator as well.
    Sender,
    /// `RCPT TO`, `DATA` and the content: about this message.
    Message,
}

impl Verdict {
    /// The verdict on a failure at `step`.
    pub(super) fn on_failure(step: Step, error: &Error) -> Self {
        if let Some(status) = error.status() {
            let code = status.to_string();
            return match step {
                Step::Message if error.is_permanent() => Self::NeverRetry(Reply::of_message(&code)),
                Step::Message | Step::Sender if code != "421" => Self::RetryLater(Reply::of_message(&code)),
                Step::Open | Step::Sender | Step::Message => Self::RetryLater(Reply::of_server(&code)),
            };
        }
        if error.is_timeout() {
            return Self::on_silence(step);
        }
        Self::RetryLater(match step {
            Step::Open if error.is_tls() || error.is_client() => Reply::of_server("tls"),
            Step::Open => Reply::of_server("connect"),
            Step::Sender | Step::Message => Reply::of_message("dropped"),
        })
    }

    /// The verdict when a reply did not come in time. A server that took the sender and says nothing to this message may well take the
    /// next one: the others go on.
    pub(super) fn on_silence(step: Step) -> Self {
        Self::RetryLater(match step {
            Step::Open | Step::Sender => Reply::of_server("timeout"),
            Step::Message => Reply::of_message("silent"),
        })
    }
}
