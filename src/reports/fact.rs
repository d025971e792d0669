//! What a report knows of one lead: times, codes and numbers of [`super::words::Words`]; no name, number, address or text.

use uuid::Uuid;

use crate::leads::stage::{Outcome, Stage};
use crate::values::{InquiryChannel, Language, ProgramInterest};

/// One lead.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Fact {
    /// Id of the lead.
    pub id: Uuid,
    /// Microseconds since 1970.
    pub received: i64,
    /// Whole seconds from received to the first attempt.
    pub response: Option<u32>,
    /// Whole seconds from received to the first conversation.
    pub contact: Option<u32>,
    /// Whole seconds from received to the first mail about it that a mail server took.
    pub told: Option<u32>,
    /// Day an admission was set for, in days since 1970.
    pub expected_on: Option<i32>,
    /// Day of the admission, in days since 1970.
    pub admitted_on: Option<i32>,
    /// Contact attempts.
    pub attempts: u32,
    /// Mails about it to staff.
    pub mails: u32,
    /// Of these, those that will never arrive.
    pub mails_failed: u32,
    /// The furthest stage it ever reached.
    pub furthest: Stage,
    /// Why it closed.
    pub outcome: Option<Outcome>,
    /// The channel of the inquiry that opened it.
    pub channel: InquiryChannel,
    /// Its language.
    pub language: Language,
    /// What was asked for.
    pub interest: ProgramInterest,
    /// It waits in quarantine.
    pub quarantined: bool,
    /// It was declined, now or before.
    pub declined: bool,
    /// It was referred out, now or before.
    pub referred: bool,
    /// It was reopened.
    pub reopened: bool,
    /// The person wrote again later.
    pub wrote_again: bool,
    /// Word: reason of the outcome.
    pub reason: u32,
    /// Word: id of the program it is routed to.
    pub program: u32,
    /// Word: id of who holds it, or who worked on it last.
    pub worker: u32,
    /// Word: `utm_source`.
    pub source: u32,
    /// Word: `utm_campaign`.
    pub campaign: u32,
    /// Word: id of the program last suggested when one was chosen.
    pub suggested: u32,
    /// Word: id of the program last chosen.
    pub chosen: u32,
}

impl Fact {
    /// Counted apart: not a person seeking help, the same person again, or not looked at yet.
    pub fn is_apart(&self) -> bool {
        self.quarantined || matches!(self.outcome, Some(Outcome::Duplicate | Outcome::Invalid))
    }

    /// Somebody spoke with them.
    pub const fn is_contacted(&self) -> bool {
        self.contact.is_some()
    }

    /// Admitted.
    pub fn is_admitted(&self) -> bool {
        self.outcome == Some(Outcome::Admitted)
    }

    /// Reached a stage, or was admitted.
    pub fn reached(&self, stage: Stage) -> bool {
        self.is_admitted() || self.furthest >= stage
    }
}
