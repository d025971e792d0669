//! What happened to a lead since it came in: a stage or an outcome, and the timeline that leads there.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::dice::Dice;
use super::teller::{DECLINED, INVALID, Teller};
use crate::values::{MemberId, Modality, ProgramId, QuarantineReason};

/// What becomes of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    Attempting,
    Contacted,
    Assessment,
    Waitlisted,
    Scheduled,
    Paused,
    Quarantined,
    Admitted,
    Lost,
    Declined,
    ReferredOut,
    Duplicate,
    Invalid,
}

/// Who and what a story is made of.
#[derive(Debug, Clone)]
pub(super) struct Cast<'a> {
    pub(super) members: &'a [MemberId],
    pub(super) programs: &'a [(ProgramId, Modality)],
    pub(super) now: DateTime<Utc>,
    /// Days back over which closed leads are spread.
    pub(super) days: u32,
    pub(super) promise_minutes: u32,
    pub(super) lease_minutes: u32,
}

/// One line of the timeline.
#[derive(Debug, Clone)]
pub(super) struct Happened {
    pub(super) at: DateTime<Utc>,
    pub(super) member: MemberId,
    pub(super) kind: &'static str,
    pub(super) channel: Option<&'static str>,
    pub(super) disposition: Option<&'static str>,
    pub(super) program: Option<ProgramId>,
    pub(super) from: Option<&'static str>,
    pub(super) to: Option<String>,
    pub(super) body: Option<&'static str>,
}

/// A lead's columns and its timeline.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) received_at: DateTime<Utc>,
    pub(super) stage: &'static str,
    pub(super) outcome: Option<&'static str>,
    pub(super) reason: Option<&'static str>,
    pub(super) hold: Option<&'static str>,
    pub(super) quarantine: Option<QuarantineReason>,
    pub(super) resume_on: Option<NaiveDate>,
    pub(super) owner: Option<(MemberId, DateTime<Utc>, DateTime<Utc>)>,
    pub(super) program: Option<(ProgramId, Modality)>,
    pub(super) expected_on: Option<NaiveDate>,
    pub(super) admitted_on: Option<NaiveDate>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) first_attempt_at: Option<DateTime<Utc>>,
    pub(super) first_contact_at: Option<DateTime<Utc>>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) attempts: i32,
    pub(super) happened: Vec<Happened>,
    pub(super) follow_up: Option<(MemberId, DateTime<Utc>, &'static str)>,
}

/// Tells a story.
pub(super) fn tell(dice: &mut Dice, cast: &Cast<'_>, fate: Fate) -> Option<Story> {
    let member = dice.one(cast.members)?;
    let received_at = cast.now - age(dice, fate, cast.days);
    let promised = received_at + Duration::minutes(i64::from(cast.promise_minutes));
    let mut story = Story::new(received_at, promised);
    let mut told = Teller { dice, cast, member, story: &mut story };
    match fate {
        Fate::New => {}
        Fate::Quarantined => told.quarantined(),
        Fate::Invalid => told.closed("invalid", INVALID),
        Fate::Attempting => told.attempting(),
        Fate::Contacted => told.talking("contacted"),
        Fate::Assessment => told.talking("assessment"),
        Fate::Waitlisted => told.routed("waitlisted"),
        Fate::Scheduled => told.routed("scheduled"),
        Fate::Paused => told.paused(),
        Fate::Admitted => told.admitted(),
        Fate::Lost => told.lost(),
        Fate::Declined => told.talked_and_closed("declined", DECLINED),
        Fate::ReferredOut => told.talked_and_closed("referred_out", &[]),
        Fate::Duplicate => told.closed("duplicate", &[]),
    }
    Some(story)
}

/// How long ago somebody wrote.
fn age(dice: &mut Dice, fate: Fate, days: u32) -> Duration {
    match fate {
        Fate::New if dice.percent(60) => dice.minutes(0, 14),
        Fate::New => dice.minutes(15, 50),
        Fate::Attempting => dice.minutes(30, 3 * 24 * 60),
        Fate::Quarantined => dice.minutes(20, 6 * 24 * 60),
        Fate::Contacted | Fate::Paused => dice.minutes(3 * 60, 10 * 24 * 60),
        Fate::Assessment | Fate::Waitlisted | Fate::Scheduled => dice.minutes(24 * 60, 20 * 24 * 60),
        Fate::Admitted | Fate::Lost | Fate::Declined | Fate::ReferredOut | Fate::Duplicate | Fate::Invalid => {
            dice.minutes(2 * 24 * 60, i64::from(days.max(3)) * 24 * 60)
        }
    }
}

impl Story {
    fn new(received_at: DateTime<Utc>, due_at: DateTime<Utc>) -> Self {
        Self {
            received_at,
            stage: "new",
            outcome: None,
            reason: None,
            hold: None,
            quarantine: None,
            resume_on: None,
            owner: None,
            program: None,
            expected_on: None,
            admitted_on: None,
            due_at,
            first_attempt_at: None,
            first_contact_at: None,
            closed_at: None,
            attempts: 0,
            happened: Vec::new(),
            follow_up: None,
        }
    }

    pub(super) fn latest(&self) -> DateTime<Utc> {
        self.happened.last().map_or(self.received_at, |entry| entry.at)
    }
}
