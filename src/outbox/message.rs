//! What waits in the outbox: kinds, states, recipients. Ids only; nothing here names a person.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::values::{InquiryId, InvitationId, LeadId, MemberId, MessageId};

crate::coded_choice! {
    /// What a mail is about.
    MessageKind {
        /// Staff is told of a new inquiry.
        NewInquiry = "new_inquiry",
        /// An inquirer who ticked it is told that the message arrived.
        Acknowledgement = "acknowledgement",
        /// Staff is told again, because nobody took a lead.
        Escalation = "escalation",
        /// A colleague is asked to join.
        Invitation = "invitation",
        /// A member gets a link to set a new password.
        PasswordReset = "password_reset",
        /// A member sees whether mail arrives at all.
        TestMail = "test_mail",
        /// A member gets last week's figures.
        WeeklySummary = "weekly_summary",
    }
}

impl MessageKind {
    /// Whether one mail may stand for many of this kind.
    pub const fn gathers(self) -> bool {
        matches!(self, Self::NewInquiry | Self::Escalation)
    }
}

crate::coded_choice! {
    /// How far a message got. `accepted` means taken by the next mail server, which is not *read*.
    MessageState {
        /// Waits for its first try.
        Queued = "queued",
        /// Was tried; waits for the next try.
        Deferred = "deferred",
        /// The mail server took it.
        Accepted = "accepted",
        /// The mail server refused it for good.
        Bounced = "bounced",
        /// Could not be handed over for so long that we gave up.
        Dead = "dead",
        /// There was nobody (left) to send it to.
        Dropped = "dropped",
    }
}

/// Who is told. One message has one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A member of the staff, at the address of the account when it is sent.
    Member(MemberId),
    /// An address of the configuration, known by its keyed digest.
    Configured([u8; 32]),
    /// A colleague who did not join yet, at the address of the invitation.
    Invited(InvitationId),
    /// Who wrote the inquiry, at the address inside the sealed contact.
    Inquirer,
}

/// A message claimed for sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Id; the `Message-ID` follows from it.
    pub id: MessageId,
    /// What it is about.
    pub kind: MessageKind,
    /// Who is told.
    pub recipient: Recipient,
    /// The lead it is about.
    pub lead: Option<LeadId>,
    /// The inquiry it is about.
    pub inquiry: Option<InquiryId>,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// Tries so far, this one counted.
    pub attempts: u32,
}

/// Proof of a claim: whoever holds the newest one settles; an older one settles nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimToken(Uuid);

impl ClaimToken {
    /// A fresh token.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The bare UUID, for the column.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The mail server took it.
    Accepted,
    /// Try again after so many seconds.
    Deferred {
        /// Seconds from now.
        after_seconds: u32,
        /// Reply code or short reason, never the server's words.
        code: String,
    },
    /// Refused for good.
    Bounced {
        /// Reply code.
        code: String,
    },
    /// Given up.
    Dead {
        /// Last reply code.
        code: String,
    },
    /// Nobody to send it to.
    Dropped {
        /// Why, as a code.
        code: String,
    },
}

impl Settlement {
    /// The state it leads to.
    pub const fn state(&self) -> MessageState {
        match self {
            Self::Accepted => MessageState::Accepted,
            Self::Deferred { .. } => MessageState::Deferred,
            Self::Bounced { .. } => MessageState::Bounced,
            Self::Dead { .. } => MessageState::Dead,
            Self::Dropped { .. } => MessageState::Dropped,
        }
    }

    /// The reply code to keep.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Accepted => None,
            Self::Deferred { code, .. } | Self::Bounced { code } | Self::Dead { code } | Self::Dropped { code } => Some(code),
        }
    }
}

/// What staff must know: somebody may not have been told. Shown red on the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Staff mails refused or given up, whose recipient got nothing since.
    pub undeliverable: i64,
    /// Staff mails waiting longer than they should.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub waiting_since: Option<DateTime<Utc>>,
}

impl Trouble {
    /// What stands on the red banner; times in the center's zone.
    pub fn words(&self, zone: Tz) -> String {
        let mut words = Vec::new();
        if let Some(since) = self.waiting_since {
            let since = since.with_timezone(&zone).format("%a %-I:%M %P %Z");
            words.push(format!("{} waiting since {since}", mails(self.waiting)));
        }
        if self.undeliverable > 0 {
            words.push(format!("{} could not be delivered", mails(self.undeliverable)));
        }
        format!(
            "Mail trouble: {}. Somebody may not have been told: watch this queue, and have the mail server checked.",
            words.join("; ")
        )
    }
}

fn mails(count: i64) -> String {
    if count == 1 { "1 notification".to_owned() } else { format!("{count} notifications") }
}

/// How much one recipient was told lately, to decide whether one mail stands for many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pressure {
    /// New-inquiry messages that wait.
    pub waiting: i64,
    /// New-inquiry messages accepted within the last minute.
    pub accepted_last_minute: i64,
    /// Seconds since the last of those was accepted.
    pub seconds_since_last: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_says_how_many_and_since_when() {
        let since = "2026-11-23T22:10:00Z".parse().expect("a time");
        let trouble = Trouble { undeliverable: 1, waiting: 3, waiting_since: Some(since) };
        let words = trouble.words(chrono_tz::America::Los_Angeles);
        assert!(words.contains("3 notifications waiting since Mon 2:10 pm PST; 1 notification could not be delivered."), "{words}");
    }
}
