//! A mail in words. Of the server's answer only its code is kept: its words often repeat the address.

use chrono_tz::Tz;

use super::store::Delivery;
use crate::outbox::{MessageKind, MessageState};
use crate::web::page::local_time;

/// One line of the page.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) when: String,
    pub(super) what: &'static str,
    pub(super) lead: Option<String>,
    pub(super) to: String,
    pub(super) state: MessageState,
    pub(super) tone: &'static str,
    pub(super) symbol: &'static str,
    pub(super) word: &'static str,
    pub(super) answer: String,
    pub(super) may_retry: bool,
}

impl Line {
    /// `files`: there is no mail server, each mail is a file in a folder.
    pub(super) fn of(one: Delivery, zone: Tz, files: bool) -> Self {
        let (tone, symbol, word) = state(one.state);
        let word = if files && one.state == MessageState::Accepted { "Written to the mail folder" } else { word };
        let tries = match one.attempts {
            0 => String::new(),
            1 => "1 try".to_owned(),
            many => format!("{many} tries"),
        };
        let next = (one.state == MessageState::Deferred).then(|| format!("next {}", local_time(one.next_attempt_at, zone)));
        let reply = one.reply_code.as_deref().filter(|_| one.state != MessageState::Accepted).map(answer);
        let answer: Vec<String> = [reply, Some(tries), next].into_iter().flatten().filter(|words| !words.is_empty()).collect();
        Self {
            id: one.id.to_string(),
            when: local_time(one.settled_at.unwrap_or(one.created_at), zone),
            what: kind(one.kind),
            lead: one.lead.map(|reference| reference.to_string()),
            to: one.member.or(one.invited).unwrap_or_else(|| recipient(&one.recipient_kind).to_owned()),
            state: one.state,
            tone,
            symbol,
            word,
            answer: answer.join(" · "),
            may_retry: !matches!(one.state, MessageState::Accepted | MessageState::Dropped),
        }
    }
}

const fn state(state: MessageState) -> (&'static str, &'static str, &'static str) {
    match state {
        MessageState::Queued => ("", "hourglass", "On its way"),
        MessageState::Deferred => ("warn", "clock", "Waits for another try"),
        MessageState::Accepted => ("good", "check", "Taken by the mail server"),
        MessageState::Bounced => ("bad", "alert", "Refused"),
        MessageState::Dead => ("bad", "alert", "Given up"),
        MessageState::Dropped => ("", "close", "Not sent"),
    }
}

fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::NewInquiry => "New inquiry",
        MessageKind::Acknowledgement => "Acknowledgement",
        MessageKind::Escalation => "Nobody took it in time",
        MessageKind::Invitation => "Invitation",
        MessageKind::PasswordReset => "Link for a new password",
        MessageKind::TestMail => "Test mail",
        MessageKind::WeeklySummary => "Weekly figures",
    }
}

fn recipient(kind: &str) -> &'static str {
    match kind {
        "configured" => "An address of the settings",
        "inquirer" => "Who wrote the inquiry",
        _ => "Somebody",
    }
}

/// A reply code in words.
fn answer(code: &str) -> String {
    let words = match code {
        "connect" => "the mail server could not be reached",
        "tls" => "no encrypted connection to the mail server",
        "timeout" => "the mail server did not answer in time",
        "silent" => "the mail server said nothing to this mail",
        "dropped" => "the connection was cut",
        "address" => "no address mail can be sent to",
        "smtputf8" => "the mail server cannot take this address",
        "file" => "the file could not be written",
        "quiet" => "within their quiet hours; somebody else was told",
        "member" => "the account is closed or wants no mail",
        "configuration" => "taken out of the settings",
        "invitation" => "the invitation was followed, taken back or sent again",
        "link" => "the link was used or ran out",
        "discarded" => "discarded when mail was released after a restore or a hold",
        "stopped" => "the person asked for no more mail",
        "quarantined" => "the inquiry waits in quarantine",
        "today" => "this address was thanked today",
        "lead" | "inquiry" => "what it was about is gone",
        "internal" => "something broke here; the log says what",
        code => return smtp(code),
    };
    words.to_owned()
}

fn smtp(code: &str) -> String {
    let words = match code.get(..1) {
        Some("4") => "the mail server asks to try later",
        Some("5") => "the mail server refused it",
        Some(_) | None => "the mail server answered",
    };
    format!("{words} ({code})")
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn a_code_is_explained_and_kept() {
        assert_eq!(answer("550"), "the mail server refused it (550)");
        assert_eq!(answer("421"), "the mail server asks to try later (421)");
        assert_eq!(answer("connect"), "the mail server could not be reached");
    }
}
