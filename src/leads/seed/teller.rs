//! Tells stories step by step: a claim, tries, a conversation, a program, an end.

use chrono::Duration;

use super::dice::Dice;
use super::story::{Cast, Happened, Story};
use crate::values::{MemberId, QuarantineReason};

const TRIES: &[&str] = &["no_answer", "left_message", "busy", "voicemail_full"];
const NOTES: &[&str] = &[
    "Asked about visiting hours. Sent the leaflet.",
    "Insurance check is under way.",
    "Prefers a call after work.",
    "Spoke about what a first day looks like.",
    "Would like to talk with the nurse before deciding.",
    "Waiting for records from the clinic.",
];
const PROMISES: &[&str] = &[
    "Call back about the benefits check.",
    "Ask whether the records came.",
    "Check in as promised.",
    "Talk through the dates again.",
    "Call after work, not before 5 pm.",
];
pub(super) const LOST: &[&str] = &["no_response", "chose_another_provider", "not_ready", "cost", "family_or_work", "distance"];
pub(super) const DECLINED: &[&str] = &["no_capacity", "needs_higher_level_of_care", "payer_not_accepted", "outside_licensed_state"];
pub(super) const INVALID: &[&str] = &["spam", "vendor", "employment", "wrong_number", "test"];

/// Who tells, to whom, with which chance.
pub(super) struct Teller<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) cast: &'a Cast<'a>,
    pub(super) member: MemberId,
    pub(super) story: &'a mut Story,
}

impl Teller<'_> {
    /// Something that happens some minutes later, never in the future.
    fn next(&mut self, kind: &'static str, (from, to): (i64, i64)) -> Happened {
        let at = (self.story.latest() + self.dice.minutes(from, to)).min(self.cast.now);
        let member = self.member;
        Happened { at, member, kind, channel: None, disposition: None, program: None, from: None, to: None, body: None }
    }

    fn happens(&mut self, kind: &'static str, minutes: (i64, i64)) {
        let entry = self.next(kind, minutes);
        self.story.happened.push(entry);
    }

    fn attempt(&mut self, disposition: &'static str, minutes: (i64, i64)) {
        let channel = match disposition {
            "text_sent" => "text",
            "email_sent" => "email",
            _ => "call",
        };
        let entry = self.next("attempt", minutes);
        let at = entry.at;
        self.story.happened.push(Happened { channel: Some(channel), disposition: Some(disposition), ..entry });
        self.story.attempts += 1;
        self.story.first_attempt_at.get_or_insert(at);
        if self.story.stage == "new" {
            self.story.stage = "attempting_contact";
        }
        if disposition.starts_with("spoke") {
            self.story.first_contact_at.get_or_insert(at);
            self.story.stage = "contacted";
        }
    }

    fn tries(&mut self, most: i64) {
        self.happens("claimed", (1, 12));
        for nth in 0..self.dice.number(1, most + 1) {
            let disposition = self.dice.pick("no_answer", TRIES);
            self.attempt(disposition, if nth == 0 { (1, 9) } else { (60, 20 * 60) });
        }
    }

    fn speaks(&mut self) {
        self.happens("claimed", (1, 10));
        if self.dice.percent(35) {
            let disposition = self.dice.pick("no_answer", TRIES);
            self.attempt(disposition, (1, 8));
        }
        let who = self.dice.pick("spoke_prospect", &["spoke_prospect", "spoke_inquirer"]);
        self.attempt(who, (1, 14));
        if self.dice.percent(60) {
            let body = self.dice.one(NOTES);
            let entry = self.next("note", (1, 30));
            self.story.happened.push(Happened { body, ..entry });
        }
    }

    fn moves(&mut self, to: &'static str) {
        let from = self.story.stage;
        let entry = self.next("stage", (30, 36 * 60));
        self.story.happened.push(Happened { from: Some(from), to: Some(to.to_owned()), ..entry });
        self.story.stage = to;
    }

    /// Held by its owner; in most cases the claim still stands.
    fn held(&mut self) {
        if self.dice.percent(70) {
            let since = self.story.latest();
            self.story.owner = Some((self.member, since, self.cast.now + Duration::minutes(i64::from(self.cast.lease_minutes))));
        }
    }

    /// Due again: some are late, some today, most later.
    fn promised(&mut self) {
        let due = match self.dice.number(0, 10) {
            0 | 1 => self.cast.now - self.dice.minutes(5, 26 * 60),
            2..=4 => self.cast.now + self.dice.minutes(10, 8 * 60),
            _ => self.cast.now + self.dice.minutes(20 * 60, 7 * 24 * 60),
        };
        self.story.due_at = due;
        self.story.follow_up = self.dice.one(PROMISES).map(|body| (self.member, due, body));
        let entry = self.next("follow_up_set", (1, 5));
        self.story.happened.push(Happened { to: Some(due.to_rfc3339()), ..entry });
    }

    pub(super) fn attempting(&mut self) {
        self.tries(4);
        self.story.due_at = self.cast.now + Duration::minutes(self.dice.number(-180, 24 * 60));
        self.held();
    }

    pub(super) fn talking(&mut self, stage: &'static str) {
        self.speaks();
        if stage != "contacted" {
            self.moves(stage);
        }
        self.promised();
        self.held();
    }

    fn routes(&mut self) {
        self.story.program = self.dice.one(self.cast.programs);
        let program = self.story.program.map(|(id, _)| id);
        let entry = self.next("routed", (10, 24 * 60));
        self.story.happened.push(Happened { program, ..entry });
    }

    pub(super) fn routed(&mut self, stage: &'static str) {
        self.speaks();
        self.moves("assessment");
        self.routes();
        self.moves(stage);
        if stage == "scheduled" {
            self.story.expected_on = Some((self.cast.now + Duration::days(self.dice.number(1, 9))).date_naive());
        }
        self.promised();
        self.held();
    }

    pub(super) fn paused(&mut self) {
        self.speaks();
        self.happens("paused", (10, 60));
        self.story.hold = Some("paused");
        self.story.resume_on = Some((self.cast.now + Duration::days(self.dice.number(2, 20))).date_naive());
    }

    pub(super) fn quarantined(&mut self) {
        self.story.hold = Some("quarantined");
        self.story.quarantine =
            Some(self.dice.pick(QuarantineReason::Trap, &[QuarantineReason::Trap, QuarantineReason::AddressLimit]));
    }

    pub(super) fn admitted(&mut self) {
        self.routed("scheduled");
        self.close("admitted", None);
        self.story.admitted_on = self.story.closed_at.map(|at| at.date_naive());
    }

    pub(super) fn lost(&mut self) {
        let reason = self.dice.pick("no_response", LOST);
        if reason == "no_response" {
            self.tries(6);
        } else {
            self.speaks();
        }
        self.close("lost", Some(reason));
    }

    pub(super) fn talked_and_closed(&mut self, outcome: &'static str, reasons: &[&'static str]) {
        self.speaks();
        let reason = self.dice.one(reasons);
        self.close(outcome, reason);
    }

    pub(super) fn closed(&mut self, outcome: &'static str, reasons: &[&'static str]) {
        let reason = self.dice.one(reasons);
        self.close(outcome, reason);
    }

    fn close(&mut self, outcome: &'static str, reason: Option<&'static str>) {
        let entry = self.next("closed", (60, 4 * 24 * 60));
        let at = entry.at;
        self.story.happened.push(Happened { from: Some(outcome), to: reason.map(str::to_owned), ..entry });
        (self.story.outcome, self.story.reason, self.story.closed_at) = (Some(outcome), reason, Some(at));
        (self.story.follow_up, self.story.owner) = (None, None);
    }
}
