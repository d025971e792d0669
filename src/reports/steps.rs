//! The rows of the report's tables and the tests behind them.

use super::case::Case;
use super::section::{Step, Test};
use crate::leads::reasons::{DeclinedReason, LostReason};
use crate::leads::stage::{Outcome, Stage};
use crate::values::ProgramInterest;

pub(super) fn all(_: &Case<'_>) -> bool {
    true
}

pub(super) fn contacted(case: &Case<'_>) -> bool {
    case.fact.is_contacted()
}

pub(super) fn not_contacted(case: &Case<'_>) -> bool {
    !contacted(case)
}

pub(super) fn admitted(case: &Case<'_>) -> bool {
    case.fact.is_admitted()
}

pub(super) fn open(case: &Case<'_>) -> bool {
    case.fact.outcome.is_none()
}

pub(super) fn response(case: &Case<'_>) -> Option<u32> {
    case.fact.response
}

pub(super) fn contact(case: &Case<'_>) -> Option<u32> {
    case.fact.contact
}

pub(super) fn told(case: &Case<'_>) -> Option<u32> {
    case.fact.told
}

pub(super) fn has_mail(case: &Case<'_>) -> bool {
    case.fact.mails > 0
}

pub(super) const fn upto(value: Option<u32>, minutes: u32) -> bool {
    matches!(value, Some(seconds) if seconds <= minutes * 60)
}

pub(super) const fn step(key: &'static str, label: &'static str, test: Test) -> Step {
    Step { key, label, test }
}

pub(super) const STAFFED: &[Step] = &[
    step("all", "All", all),
    step("staffed", "In staffed hours", |case| case.staffed == Some(true)),
    step("outside", "Outside them", |case| case.staffed == Some(false)),
];

pub(super) const STEPS: &[Step] = &[
    step("inquiries", "Inquiries", all),
    step("contacted", "Spoken with", contacted),
    step("assessment", "Assessment", |case| case.fact.reached(Stage::Assessment)),
    step("scheduled", "Admission set", |case| case.fact.reached(Stage::Scheduled)),
    step("admitted", "Admitted", admitted),
];

pub(super) const WAITS: &[Step] = &[
    step("5", "Within 5 min", |case| upto(case.fact.contact, 5)),
    step("15", "5 to 15 min", |case| upto(case.fact.contact, 15) && !upto(case.fact.contact, 5)),
    step("60", "15 to 60 min", |case| upto(case.fact.contact, 60) && !upto(case.fact.contact, 15)),
    step("240", "1 to 4 h", |case| upto(case.fact.contact, 240) && !upto(case.fact.contact, 60)),
    step("later", "Over 4 h", |case| contacted(case) && !upto(case.fact.contact, 240)),
    step("none", "Not spoken with yet", not_contacted),
];

pub(super) const TRIES: &[Step] = &[
    step("none", "No attempt", |case| case.fact.attempts == 0),
    step("one", "One attempt", |case| case.fact.attempts == 1),
    step("many", "Two or more", |case| case.fact.attempts >= 2),
    step("two", "… two", |case| case.fact.attempts == 2),
    step("three", "… three", |case| case.fact.attempts == 3),
    step("more", "… four or more", |case| case.fact.attempts >= 4),
];

pub(super) const AWAY: &[Step] =
    &[step("declined", "Declined by us", |case| case.fact.declined), step("referred", "Referred out", |case| case.fact.referred)];

pub(super) const SHOWS: &[Step] = &[
    step("set", "Admission day set", has_day),
    step("ahead", "Day still ahead", |case| has_day(case) && open(case) && !passed(case)),
    step("admitted", "Admitted", |case| has_day(case) && admitted(case)),
    step("no_show", "No-show", |case| has_day(case) && !admitted(case) && passed(case)),
    step("called_off", "Called off before the day", |case| has_day(case) && !admitted(case) && !open(case) && !passed(case)),
];

fn has_day(case: &Case<'_>) -> bool {
    case.fact.expected_on.is_some()
}

fn passed(case: &Case<'_>) -> bool {
    case.fact.expected_on.is_some_and(|day| day < case.today)
}

fn chosen(case: &Case<'_>) -> bool {
    case.fact.chosen != 0
}

pub(super) const CHOICES: &[Step] = &[
    step("chosen", "Program chosen", chosen),
    step("same", "As suggested", |case| chosen(case) && case.fact.suggested == case.fact.chosen),
    step("other", "Another than suggested", |case| {
        chosen(case) && case.fact.suggested != 0 && case.fact.suggested != case.fact.chosen
    }),
    step("none", "Nothing was suggested", |case| chosen(case) && case.fact.suggested == 0),
];

pub(super) const MAILS: &[Step] = &[
    step("due", "Inquiries with mail to staff", has_mail),
    step("told", "Somebody was told", |case| case.fact.told.is_some()),
    step("within", "… within 5 min", |case| upto(case.fact.told, 5)),
    step("untold", "Nobody was told by mail", |case| has_mail(case) && case.fact.told.is_none()),
    step("failed", "A mail bounced or was given up", |case| case.fact.mails_failed > 0),
];

pub(super) const APART: &[Step] = &[
    step("duplicate", "Duplicates", |case| case.fact.outcome == Some(Outcome::Duplicate)),
    step("invalid", "Invalid", |case| case.fact.outcome == Some(Outcome::Invalid)),
    step("quarantined", "Waiting in quarantine", |case| case.fact.quarantined && case.fact.outcome.is_none()),
];

/// Days from the first conversation to the admission.
pub(super) fn days(case: &Case<'_>) -> Option<u32> {
    case.days_to_admission()
}

/// Rows of the outcomes: the outcome, and for those with reasons the place of the reason in its list.
pub(super) fn ending(case: &Case<'_>) -> u32 {
    let reason = case.words.text(case.fact.reason);
    let place = |at: Option<usize>| at.and_then(|at| u32::try_from(at).ok()).unwrap_or(99);
    match case.fact.outcome {
        None => 0,
        Some(Outcome::Admitted) => 1,
        Some(Outcome::ReferredOut) => 2,
        Some(Outcome::Lost) => 100 + place(LostReason::ALL.iter().position(|code| code.code() == reason)),
        Some(Outcome::Declined) => 200 + place(DeclinedReason::ALL.iter().position(|code| code.code() == reason)),
        Some(Outcome::Duplicate | Outcome::Invalid) => 300,
    }
}

/// The words of a row of the outcomes.
pub fn ending_words(row: usize) -> String {
    let lost = || LostReason::ALL.get(row.checked_sub(100)?).map(|reason| format!("Lost: {}", reason.label()));
    let declined = || DeclinedReason::ALL.get(row.checked_sub(200)?).map(|reason| format!("Declined: {}", reason.label()));
    match row {
        0 => "Still open".to_owned(),
        1 => "Admitted".to_owned(),
        2 => "Referred out".to_owned(),
        100..200 => lost().unwrap_or_else(|| "Lost".to_owned()),
        _ => declined().unwrap_or_else(|| "Declined".to_owned()),
    }
}

pub(super) fn interest(case: &Case<'_>) -> u32 {
    match case.fact.interest {
        ProgramInterest::Inpatient => 0,
        ProgramInterest::Outpatient => 1,
        ProgramInterest::Telehealth => 2,
        ProgramInterest::NotSure => 3,
    }
}

pub(super) fn way(case: &Case<'_>) -> u32 {
    use crate::values::InquiryChannel::{Api, Embed, Import, Phone, WebForm};
    match case.fact.channel {
        WebForm => 0,
        Embed => 1,
        Phone => 2,
        Api => 3,
        Import => 4,
    }
}
