//! A row as it is read: what is due, who, how soon, which program and why, what happened last, who holds it.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;

use super::happened::happened;
use super::store::LeadRow;
use crate::leads::clocks::{self, DueFor, DueWords};
use crate::leads::suggestion::{Offers, Person};
use crate::sealing::{Keys, OpenError};
use crate::values::{HowSoon, InquiryChannel, Language, MemberId, Modality, QuarantineReason, WhoFor};
use crate::web::shell::initials;

/// A word with the sign that stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Class of the tag without `tag--`; may be empty.
    pub tone: &'static str,
    /// Symbol.
    pub symbol: &'static str,
    /// Word.
    pub word: String,
}

/// Who holds a lead, for the last column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerView {
    /// The reader.
    pub is_you: bool,
    /// First letters.
    pub initials: String,
    /// "You", or the first name.
    pub word: String,
}

/// A row as its template shows it. Holds a name: never in a log.
#[derive(Clone)]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "the names are the columns")]
pub struct RowView {
    pub reference: String,
    pub version: i32,
    pub name: String,
    pub due: DueWords,
    pub due_at: String,
    /// Why it stands where it stands, in a few words.
    pub reason: String,
    pub red_flag: bool,
    pub spanish: bool,
    pub interpreter: bool,
    /// Wrote before, from the same number or address.
    pub returned: bool,
    pub who: String,
    pub urgency: Option<Tag>,
    pub program: Option<Tag>,
    pub why: String,
    pub status: Tag,
    pub last: String,
    pub owner: Option<OwnerView>,
    pub claimable: bool,
    pub held_for: Option<&'static str>,
}

/// Who reads a list, when, with what.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Opens what is sealed.
    pub keys: &'a Keys,
    /// What the center offers.
    pub offers: &'a Offers,
    /// The facility's zone.
    pub zone: Tz,
    /// Minutes promised for the first contact.
    pub promise_minutes: u32,
    /// Who reads.
    pub member: MemberId,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Reader<'_> {
    /// Opens and words one row.
    pub fn view(&self, row: &LeadRow) -> Result<RowView, OpenError> {
        let (lead, inquiry) = (&row.lead, &row.inquiry);
        let contact = self.keys.open(inquiry.id.uuid(), &inquiry.contact)?;
        let (program, why) = self.program(row);
        Ok(RowView {
            reference: lead.reference.to_string(),
            version: lead.version,
            name: contact.name.listed().into_owned(),
            due: self.due(row),
            due_at: lead.due_at.with_timezone(&self.zone).to_rfc3339_opts(SecondsFormat::Secs, false),
            reason: Self::reason(row),
            red_flag: lead.red_flag,
            spanish: inquiry.language == Language::Spanish,
            interpreter: inquiry.interpreter,
            returned: row.returned,
            who: format!("{} · {}", who_for(inquiry.who_for), channel(inquiry.channel)),
            urgency: inquiry.how_soon.map(urgency),
            program,
            why,
            status: status(&lead.stage, lead.outcome.as_deref(), lead.hold.as_deref()),
            last: self.last(row),
            owner: self.owner(row),
            claimable: lead.outcome.is_none() && lead.hold.is_none() && row.owner.is_none(),
            held_for: lead.quarantine_reason.map(quarantine_words),
        })
    }

    fn due(&self, row: &LeadRow) -> DueWords {
        let lead = &row.lead;
        let words = |tone, symbol, main: String, sub| DueWords { tone, symbol, ring: None, main, sub };
        let past = |at| clocks::past(at, self.now, self.zone);
        if let Some(closed) = lead.closed_at {
            let sub = format!("asked {}", clocks::day(lead.received_at, self.zone));
            return words("quiet", "check", clocks::day(closed, self.zone), sub);
        }
        if lead.hold.as_deref() == Some("quarantined") {
            return words("quiet", "shield", "Held".to_owned(), past(lead.received_at));
        }
        if let Some(since) = lead.contact_stopped_at {
            return words("warn", "close", "Asked to stop".to_owned(), past(since));
        }
        let about = match lead.first_contact_at {
            None => DueFor::FirstContact { asked: lead.received_at },
            Some(_) => DueFor::FollowUp,
        };
        clocks::due_words(lead.due_at, about, self.promise_minutes, self.now, self.zone)
    }

    /// Why the row stands where it stands; beside it the clock that has stopped.
    fn reason(row: &LeadRow) -> String {
        let lead = &row.lead;
        if lead.outcome.is_some() || lead.hold.is_some() {
            return String::new();
        }
        let took = |at: Option<DateTime<Utc>>| at.map(|at| clocks::span(at - lead.received_at));
        let why = match (lead.first_contact_at, lead.cadence_attempts) {
            _ if lead.contact_stopped_at.is_some() => "do not contact: settle it".to_owned(),
            (None, 0) => "first contact promised".to_owned(),
            (None, tries) => format!("try {} is due", tries + 1),
            (Some(_), _) if lead.place_offered_at.is_some() => "a place is open for them".to_owned(),
            (Some(_), _) => "next contact is due".to_owned(),
        };
        let why = if row.returned && lead.first_contact_at.is_none() { format!("wrote before, {why}") } else { why };
        let why = if lead.red_flag { format!("red flag, {why}") } else { why };
        match (took(lead.first_contact_at), took(lead.first_attempt_at)) {
            (Some(span), _) => format!("{why}; spoke after {span}"),
            (None, Some(span)) => format!("{why}; first try after {span}"),
            (None, None) => why,
        }
    }

    fn program(&self, row: &LeadRow) -> (Option<Tag>, String) {
        let tag = |modality, word| Tag { tone: "", symbol: symbol(modality), word };
        if let Some(program) = &row.program {
            return (Some(tag(program.modality, label(program.modality).to_owned())), format!("routed to {}", program.name));
        }
        let inquiry = &row.inquiry;
        let person = Person {
            program: inquiry.program_interest,
            how_soon: inquiry.how_soon,
            state: inquiry.state.as_deref(),
            language: inquiry.language,
            answers: None,
        };
        self.offers.suggest(&person).map_or_else(
            || (None, "nothing said yet".to_owned()),
            |suggestion| (Some(tag(suggestion.modality, label(suggestion.modality).to_owned())), suggestion.why()),
        )
    }

    fn last(&self, row: &LeadRow) -> String {
        match (&row.last, row.lead.outcome.as_deref()) {
            (Some(entry), _) => format!("{} {}", happened(entry), clocks::past(entry.at, self.now, self.zone)),
            (None, Some(_)) => String::new(),
            (None, None) if row.lead.hold.is_some() => "Waits for a person to look".to_owned(),
            (None, None) => "Nobody has called yet".to_owned(),
        }
    }

    fn owner(&self, row: &LeadRow) -> Option<OwnerView> {
        let owner = row.owner.as_ref()?;
        let is_you = owner.id == self.member;
        let first = owner.name.split_whitespace().next().unwrap_or_default().to_owned();
        Some(OwnerView { is_you, initials: initials(&owner.name), word: if is_you { "You".to_owned() } else { first } })
    }
}

/// Whom it is for, in words.
pub const fn who_for(who: WhoFor) -> &'static str {
    match who {
        WhoFor::Me => "For self",
        WhoFor::LovedOne => "For a loved one",
        WhoFor::Client => "For a client",
    }
}

/// The way it came in, in words.
pub const fn channel(channel: InquiryChannel) -> &'static str {
    match channel {
        InquiryChannel::WebForm | InquiryChannel::Embed => "Website",
        InquiryChannel::Api => "Other system",
        InquiryChannel::Phone => "Phone",
        InquiryChannel::Import => "Import",
    }
}

/// The tag of how soon help is wanted.
pub fn urgency(soon: HowSoon) -> Tag {
    let (tone, symbol, word) = match soon {
        HowSoon::Today => ("u3", "urg-3", "Today"),
        HowSoon::ThisWeek => ("u2", "urg-2", "This week"),
        HowSoon::JustAsking => ("u1", "urg-1", "Asking"),
    };
    Tag { tone, symbol, word: word.to_owned() }
}

/// The symbol of a kind of program.
pub const fn symbol(modality: Modality) -> &'static str {
    match modality {
        Modality::Inpatient => "bed",
        Modality::Outpatient => "house",
        Modality::Telehealth => "video",
    }
}

/// The name of a kind of program.
pub const fn label(modality: Modality) -> &'static str {
    match modality {
        Modality::Inpatient => "Inpatient",
        Modality::Outpatient => "Outpatient",
        Modality::Telehealth => "Telehealth",
    }
}

/// Why a lead waits in quarantine, in words.
pub const fn quarantine_words(reason: QuarantineReason) -> &'static str {
    match reason {
        QuarantineReason::Trap => "The field people cannot see was filled",
        QuarantineReason::AddressLimit => "Many inquiries from one address within a minute",
        QuarantineReason::TotalLimit => "Many inquiries at once",
    }
}

/// The tag of a stage, an outcome or a hold.
pub fn status(stage: &str, outcome: Option<&str>, hold: Option<&str>) -> Tag {
    let (tone, symbol, word) = match (outcome, hold, stage) {
        (Some("admitted"), ..) => ("good", "st-admitted", "Admitted"),
        (Some("lost"), ..) => ("quiet", "st-closed", "Lost"),
        (Some("declined"), ..) => ("quiet", "st-closed", "Declined"),
        (Some("referred_out"), ..) => ("quiet", "st-closed", "Referred out"),
        (Some("duplicate"), ..) => ("quiet", "st-closed", "Duplicate"),
        (Some(_), ..) => ("quiet", "st-closed", "Invalid"),
        (None, Some("quarantined"), _) => ("warn", "shield", "Quarantine"),
        (None, Some(_), _) => ("quiet", "pause", "Paused"),
        (None, None, "new") => ("quiet", "st-new", "New"),
        (None, None, "attempting_contact") => ("info", "st-contacting", "Contacting"),
        (None, None, "contacted") => ("info", "st-talking", "In conversation"),
        (None, None, "assessment") => ("plum", "st-assess", "Assessment"),
        (None, None, "waitlisted") => ("plum", "st-waitlist", "Waitlist"),
        (None, None, _) => ("brand", "st-scheduled", "Admission set"),
    };
    Tag { tone, symbol, word: word.to_owned() }
}
