//! The parts of a lead's page, opened and worded.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::flags::FlagView;
use super::line::{Line, line};
use super::places;
use super::store::{self, FollowUpRow, InquiryRow, LineRow};
use crate::config::Config;
use crate::db::Connection;
use crate::inquiries::Contact;
use crate::leads::acting::ActError;
use crate::leads::assessment::{
    self,
    store::ItemRow,
    view::{ItemView, checklist},
};
use crate::leads::clocks::{self, DueFor, DueWords};
use crate::leads::due;
use crate::leads::lead::Lead;
use crate::leads::queue::row::{self, Tag};
use crate::leads::red_flags::{self, store::FlagRow};
use crate::leads::staffed::staffed_between;
use crate::leads::stage::Hold;
use crate::leads::suggestion::{Offers, Person, Suggestion};
use crate::leads::whereabouts;
use crate::programs::Program;
use crate::sealing::{Keys, OpenError};
use crate::values::{BestTime, ContactMethod, Language, MemberId, ProgramId};

/// What was read, still sealed.
pub struct LeadParts {
    /// The lead.
    pub lead: Lead,
    inquiries: Vec<InquiryRow>,
    timeline: Vec<LineRow>,
    follow_ups: Vec<FollowUpRow>,
    colleagues: Vec<(MemberId, String, bool)>,
    flags: Vec<FlagRow>,
    assessment: Vec<ItemRow>,
    waiting: Option<(i64, i64)>,
}

impl LeadParts {
    /// Reads the page's parts: six statements, however long the timeline is; two more where others wait for the same program.
    pub async fn read(conn: &mut Connection, lead: Lead) -> Result<Self, ActError> {
        Ok(Self {
            inquiries: store::inquiries_of(conn, lead.id).await?,
            timeline: store::timeline_of(conn, lead.id).await?,
            follow_ups: store::follow_ups_of(conn, lead.id).await?,
            colleagues: store::colleagues(conn).await?,
            flags: red_flags::store::of_lead(conn, lead.id).await?,
            assessment: assessment::store::of_lead(conn, lead.id).await?,
            waiting: places::waiting(conn, &lead).await?,
            lead,
        })
    }
}

/// Who reads, when, with what.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct Reading<'a> {
    pub keys: &'a Keys,
    pub offers: &'a Offers,
    pub config: &'a Config,
    pub member: MemberId,
    pub now: DateTime<Utc>,
}

/// An inquiry, opened.
#[expect(missing_docs, reason = "the names are the parts")]
pub struct InquiryView {
    pub words: String,
    pub receipt: String,
    pub received: String,
}

/// An open follow-up, opened.
#[expect(missing_docs, reason = "the names are the parts")]
pub struct FollowUpView {
    pub id: String,
    pub due: String,
    pub late: bool,
    pub about: String,
}

/// A lead's page, ready for its template. Holds a name: never in a log.
#[expect(missing_docs, reason = "the names are the parts")]
pub struct LeadView {
    pub lead: Lead,
    pub contact: Contact,
    pub inquiry: InquiryRow,
    pub inquiries: Vec<InquiryView>,
    pub timeline: Vec<Line>,
    pub follow_ups: Vec<FollowUpView>,
    pub colleagues: Vec<(MemberId, String)>,
    pub owner: Option<(MemberId, String, String)>,
    pub programs: Vec<Program>,
    /// Open places of each open program.
    pub places: Vec<(ProgramId, i64)>,
    pub checklist: Vec<ItemView>,
    /// Who waits for the same program, in words; empty where nobody does.
    pub waits: String,
    pub suggestion: Option<Suggestion>,
    pub due: DueWords,
    pub asked: String,
    pub zone: String,
    pub is_mine: bool,
    pub flags: Vec<FlagView>,
    /// The clock where the person is, if it is known.
    pub their_time: Option<String>,
    /// It is night where the person is.
    pub is_night: bool,
    /// When the next try falls due if this one does not reach them.
    pub next_try: Option<String>,
    /// Lead response time and speed to contact, each around the clock and by staffed hours.
    pub took: Vec<(&'static str, String)>,
}

impl LeadView {
    /// Opens and words what was read.
    pub fn open(parts: LeadParts, reading: &Reading<'_>) -> Result<Self, OpenError> {
        let Reading { keys, offers, config, member, now } = *reading;
        let (zone, promise_minutes) = (config.facility.time_zone, config.notify.promise_minutes);
        let LeadParts { lead, inquiries, timeline, follow_ups, colleagues, flags, assessment, waiting } = parts;
        let inquiry = inquiries.first().cloned().ok_or(OpenError)?;
        let owner = lead.holder(now).map(|claim| {
            let name = colleagues.iter().find(|(id, ..)| *id == claim.member).map_or("A colleague", |(_, name, _)| name.as_str());
            (claim.member, name.to_owned(), clocks::past(claim.since, now, zone))
        });
        let about = match lead.first_contact_at {
            None => DueFor::FirstContact { asked: lead.received_at },
            Some(_) => DueFor::FollowUp,
        };
        let answers = match assessment.iter().find(|row| row.item == assessment::Item::PreScreen) {
            Some(row) => assessment::coded(&keys.open(row.id.uuid(), &row.details)?, config),
            None => std::collections::BTreeMap::new(),
        };
        let person = Person {
            program: inquiry.program_interest,
            how_soon: inquiry.how_soon,
            state: inquiry.state.as_deref(),
            language: inquiry.language,
            answers: Some(&answers),
        };
        let programs = offers.programs.clone();
        Ok(Self {
            contact: keys.open(inquiry.id.uuid(), &inquiry.contact)?,
            inquiries: inquiries.iter().map(|one| open_inquiry(keys, one, zone)).collect::<Result<_, _>>()?,
            timeline: timeline.iter().map(|row| line(keys, row, member, now, zone)).collect::<Result<_, _>>()?,
            follow_ups: follow_ups.iter().map(|one| open_follow_up(keys, one, now, zone)).collect::<Result<_, _>>()?,
            colleagues: colleagues.into_iter().filter(|(_, _, open)| *open).map(|(id, name, _)| (id, name)).collect(),
            is_mine: owner.as_ref().is_some_and(|(id, ..)| *id == member),
            suggestion: offers.suggest(&person),
            checklist: checklist(keys, &assessment, now, zone)?,
            places: programs.iter().map(|program| (program.id, offers.open(program.id).unwrap_or(0))).collect(),
            waits: waiting.map_or_else(String::new, |waiting| places::waits(&lead, waiting)),
            due: clocks::due_words(lead.due_at, about, promise_minutes, now, zone),
            asked: clocks::past(lead.received_at, now, zone),
            zone: clocks::zone_name(now, zone),
            flags: flags.iter().map(|row| FlagView::of(row, now, zone)).collect(),
            their_time: whereabouts::their_time(inquiry.state.as_deref(), now).filter(|_| inquiry.state.is_some()),
            is_night: config
                .leads
                .quiet_hours
                .is_some_and(|quiet| whereabouts::is_quiet(quiet, inquiry.state.as_deref(), zone, now)),
            took: took(&lead, config),
            next_try: next_try(&lead, &inquiry, config, now),
            owner,
            programs,
            inquiry,
            lead,
        })
    }

    /// "For self · Website".
    pub fn who(&self) -> String {
        format!("{} · {}", row::who_for(self.inquiry.who_for), row::channel(self.inquiry.channel))
    }

    /// The tag of how soon.
    pub fn urgency(&self) -> Option<Tag> {
        self.inquiry.how_soon.map(row::urgency)
    }

    /// The tag of stage, outcome or hold.
    pub fn status(&self) -> Tag {
        let outcome = self.lead.closed.as_ref().map(|closed| closed.outcome.code());
        row::status(self.lead.stage.code(), outcome, self.lead.hold.map(super::super::stage::Hold::code))
    }

    /// Not in quarantine: the checklist can be worked on.
    pub fn is_workable(&self) -> bool {
        self.lead.hold != Some(Hold::Quarantined)
    }

    /// The program the lead is routed to, if it is open still.
    pub fn routed(&self) -> Option<&Program> {
        self.programs.iter().find(|program| Some(program.id) == self.lead.program)
    }

    /// Whether the person said how or when to be reached.
    pub const fn has_wish(&self) -> bool {
        self.inquiry.contact_method.is_some() || self.inquiry.best_time.is_some()
    }

    /// What the person prefers, in words: the way and the time.
    pub fn prefers(&self) -> String {
        let way = self.inquiry.contact_method.map(|way| match way {
            ContactMethod::Call => "Call",
            ContactMethod::Text => "Text",
            ContactMethod::Email => "Email",
        });
        let time = self.inquiry.best_time.map(|time| match time {
            BestTime::Any => "any time",
            BestTime::Morning => "mornings",
            BestTime::Afternoon => "afternoons",
            BestTime::Evening => "evenings",
        });
        match (way, time) {
            (Some(way), Some(time)) => format!("{way}, {time}"),
            (Some(word), None) | (None, Some(word)) => word.to_owned(),
            (None, None) => "Not said".to_owned(),
        }
    }

    /// Language of the page the person used.
    pub const fn language(&self) -> &'static str {
        match self.inquiry.language {
            Language::English => "English",
            Language::Spanish => "Spanish",
        }
    }

    /// Number for `tel:` and `sms:` links: E.164 where it parsed, else its digits as typed.
    pub fn dial(&self) -> Option<String> {
        let phone = self.contact.phone.as_ref()?;
        Some(
            phone
                .e164()
                .map_or_else(|| phone.reveal().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(), str::to_owned),
        )
    }
}

/// The two clocks that have stopped, in words.
fn took(lead: &Lead, config: &Config) -> Vec<(&'static str, String)> {
    let words = |until: DateTime<Utc>| {
        let around = clocks::span(until - lead.received_at);
        match &config.facility.staffed_hours {
            Some(hours) if !hours.is_always() => {
                let staffed = staffed_between(hours, config.facility.time_zone, lead.received_at, until);
                let staffed = if staffed.is_zero() { "none".to_owned() } else { clocks::span(staffed) };
                format!("{around}, {staffed} of it staffed")
            }
            Some(_) | None => around,
        }
    };
    let both = [("Lead response time", lead.first_attempt_at), ("Speed to contact", lead.first_contact_at)];
    both.into_iter().filter_map(|(label, at)| Some((label, words(at?)))).collect()
}

/// When the cadence would have somebody try again after one more attempt that reaches nobody.
fn next_try(lead: &Lead, inquiry: &InquiryRow, config: &Config, now: DateTime<Utc>) -> Option<String> {
    if lead.closed.is_some() || lead.hold.is_some() || lead.first_contact_at.is_some() {
        return None;
    }
    let mut after = lead.clone();
    after.cadence_attempts += 1;
    let due = due::next_due(&after, None, inquiry.state.as_deref(), config, now);
    Some(clocks::stamp(due, config.facility.time_zone))
}

fn open_inquiry(keys: &Keys, row: &InquiryRow, zone: Tz) -> Result<InquiryView, OpenError> {
    let words = keys.open(row.id.uuid(), &row.message)?.0.reveal().to_owned();
    Ok(InquiryView { words, receipt: row.receipt.clone(), received: clocks::stamp(row.received_at, zone) })
}

fn open_follow_up(keys: &Keys, row: &FollowUpRow, now: DateTime<Utc>, zone: Tz) -> Result<FollowUpView, OpenError> {
    let about = keys.open(row.id.uuid(), &row.body)?.0.reveal().to_owned();
    Ok(FollowUpView { id: row.id.to_string(), due: clocks::stamp(row.due_at, zone), late: row.due_at < now, about })
}
