//! The columns of an export, in the order of the contract.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::ColumnSet;
use super::store::{InquiryPart, LeadPart};
use crate::inquiries::{Contact, Message};
use crate::programs::Program;
use crate::reports::cell::{Cell, time_header};
use crate::values::{EmailAddress, MemberId, PhoneNumber, ProgramId};

/// Names behind ids, and the zone times are told in.
#[derive(Debug, Clone)]
pub struct Names {
    /// Programs, closed ones too.
    pub programs: HashMap<ProgramId, Program>,
    /// People of the staff, former ones too.
    pub members: HashMap<MemberId, String>,
    /// The facility's zone.
    pub zone: Tz,
}

/// Heads of the columns.
pub fn headers(columns: ColumnSet, zone: Tz) -> Vec<String> {
    let time = |name| time_header(name, zone);
    let mut all: Vec<String> = vec!["reference".to_owned(), time("received_at")];
    all.extend(
        [
            "channel",
            "language",
            "who_for",
            "program_interest",
            "how_soon",
            "state",
            "stage",
            "outcome",
            "outcome_reason",
            "program",
        ]
        .map(str::to_owned),
    );
    all.extend(["location", "owner"].map(str::to_owned));
    all.extend(["first_attempt_at", "first_contact_at", "closed_at"].map(time));
    all.extend(["response_minutes", "contact_minutes", "attempts", "utm_source", "utm_medium", "utm_campaign"].map(str::to_owned));
    if columns == ColumnSet::Identified {
        all.extend(["name", "phone", "email", "message"].map(str::to_owned));
    }
    all
}

/// Minutes between two instants, to the second: two decimals.
fn minutes(from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Cell<'static> {
    let Some(to) = to else { return Cell::Empty };
    let seconds = i32::try_from((to - from).num_seconds().max(0)).unwrap_or(i32::MAX);
    Cell::Decimal((f64::from(seconds) / 60.0 * 100.0).round() / 100.0)
}

/// The cells of a row.
pub fn cells<'a>(
    lead: &'a LeadPart,
    inquiry: &'a InquiryPart,
    names: &'a Names,
    person: Option<&'a (Contact, Message)>,
) -> Vec<Cell<'a>> {
    let program = lead.program_id.and_then(|id| names.programs.get(&id));
    let owner = lead.owner_id.and_then(|id| names.members.get(&id));
    let time = |at| Cell::maybe_time(at, names.zone);
    let mut all = vec![
        Cell::text(lead.reference.as_str()),
        Cell::time(lead.received_at, names.zone),
        Cell::text(inquiry.channel.as_str()),
        Cell::text(inquiry.language.as_str()),
        Cell::text(inquiry.who_for.as_str()),
        Cell::text(inquiry.program_interest.as_str()),
        Cell::maybe_text(inquiry.how_soon.as_deref()),
        Cell::maybe_text(inquiry.state.as_deref()),
        Cell::text(lead.stage.as_str()),
        Cell::maybe_text(lead.outcome.as_deref()),
        Cell::maybe_text(lead.outcome_reason.as_deref()),
        Cell::maybe_text(program.map(|program| program.name.as_str())),
        Cell::maybe_text(program.map(|program| program.location.name.as_str())),
        Cell::maybe_text(owner.map(String::as_str)),
        time(lead.first_attempt_at),
        time(lead.first_contact_at),
        time(lead.closed_at),
        minutes(lead.received_at, lead.first_attempt_at),
        minutes(lead.received_at, lead.first_contact_at),
        Cell::Whole(i64::from(lead.attempts)),
        Cell::maybe_text(inquiry.utm_source.as_deref()),
        Cell::maybe_text(inquiry.utm_medium.as_deref()),
        Cell::maybe_text(inquiry.utm_campaign.as_deref()),
    ];
    if let Some((contact, message)) = person {
        all.push(Cell::text(contact.name.reveal()));
        all.push(Cell::maybe_text(contact.phone.as_ref().map(PhoneNumber::reveal)));
        all.push(Cell::maybe_text(contact.email.as_ref().map(EmailAddress::reveal)));
        all.push(Cell::maybe_text(Some(message.0.reveal()).filter(|text| !text.is_empty())));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_the_order_of_the_contract() {
        let heads = headers(ColumnSet::Identified, chrono_tz::America::Los_Angeles).join(", ");
        assert_eq!(
            heads,
            "reference, received_at (America/Los_Angeles), channel, language, who_for, program_interest, how_soon, state, stage, \
             outcome, outcome_reason, program, location, owner, first_attempt_at (America/Los_Angeles), first_contact_at \
             (America/Los_Angeles), closed_at (America/Los_Angeles), response_minutes, contact_minutes, attempts, utm_source, \
             utm_medium, utm_campaign, name, phone, email, message"
        );
        assert_eq!(headers(ColumnSet::Deidentified, chrono_tz::UTC).len(), 23);
    }
}
