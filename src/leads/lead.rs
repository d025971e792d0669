//! A lead as it stands, decoded strictly: nullable columns that belong together are one value or an error.

use chrono::{DateTime, NaiveDate, Utc};

use super::stage::{Hold, Outcome, Stage};
use crate::values::{LeadId, MemberId, ProgramId, QuarantineReason, Reference};

/// The work item for one person seeking help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Id.
    pub id: LeadId,
    /// Short public reference.
    pub reference: Reference,
    /// 1 at first, raised by every change.
    pub version: i32,
    /// Where it is; a closed lead keeps its last stage.
    pub stage: Stage,
    /// Why and when it closed.
    pub closed: Option<Closed>,
    /// Out of the queue for now.
    pub hold: Option<Hold>,
    /// Why it waits, or waited, in quarantine.
    pub quarantine_reason: Option<QuarantineReason>,
    /// Who holds it. A claim whose lease has passed is still here until it is taken back.
    pub claim: Option<Claim>,
    /// The program it is routed to.
    pub program: Option<ProgramId>,
    /// Day of admission that is set.
    pub expected_admission_on: Option<NaiveDate>,
    /// When the inquiry was received.
    pub received_at: DateTime<Utc>,
    /// When the next thing is due.
    pub due_at: DateTime<Utc>,
    /// First contact attempt.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// First live conversation.
    pub first_contact_at: Option<DateTime<Utc>>,
    /// Contact attempts so far.
    pub attempts: i32,
    /// Contact attempts since the inquiry, or since it was reopened.
    pub cadence_attempts: i32,
    /// When it was reopened: the cadence counts from there.
    pub cadence_from: Option<DateTime<Utc>>,
    /// The day a pause ends.
    pub resume_on: Option<NaiveDate>,
    /// Its place in the program, while an admission is set.
    pub place: Option<i32>,
    /// Since when it waits for a place.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When a place was found to be open for it.
    pub place_offered_at: Option<DateTime<Utc>>,
    /// A red flag stands that nobody has acknowledged.
    pub red_flag: bool,
    /// Since when nobody may get in touch.
    pub contact_stopped_at: Option<DateTime<Utc>>,
    /// When it was erased: nothing sealed is left.
    pub erased_at: Option<DateTime<Utc>>,
}

/// How a lead closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Why, coarsely.
    pub outcome: Outcome,
    /// Why, as a code of the outcome's list.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who holds a lead, as a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The holder.
    pub member: MemberId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Lapses then, unless the holder does something.
    pub until: DateTime<Utc>,
}

impl Lead {
    /// The holder whose lease has not passed.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.until > now)
    }
}
