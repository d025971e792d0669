//! One line of the timeline in words.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::store::LineRow;
use crate::leads::assessment::{Item, Status};
use crate::leads::clocks;
use crate::leads::red_flags::RedFlag;
use crate::leads::stage::{Outcome, Stage};
use crate::leads::timeline::{EntryBody, EntryKind};
use crate::sealing::{Keys, OpenError};
use crate::values::{ContactMethod, MemberId};

/// A line as its template shows it.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct Line {
    pub symbol: &'static str,
    /// `is-good` for a conversation, else empty.
    pub tone: &'static str,
    pub minor: bool,
    pub who: String,
    pub what: String,
    pub at: String,
    pub at_exact: String,
    /// Label and text of what was typed.
    pub texts: Vec<(&'static str, String)>,
}

/// Opens and words a line for `reader`.
pub fn line(keys: &Keys, row: &LineRow, reader: MemberId, now: DateTime<Utc>, zone: Tz) -> Result<Line, OpenError> {
    let body = match &row.body {
        Some(sealed) => keys.open(row.id.uuid(), sealed)?,
        None => EntryBody::default(),
    };
    let who = match (row.member, &row.member_name) {
        (Some(member), _) if member == reader => "You".to_owned(),
        (_, Some(name)) => name.clone(),
        (_, None) => "Intake".to_owned(),
    };
    let reached = row.disposition.is_some_and(super::super::reasons::Disposition::is_spoke);
    Ok(Line {
        symbol: symbol(row),
        tone: if reached { "is-good" } else { "" },
        minor: body.is_blank() && row.kind != EntryKind::Attempt,
        who,
        what: what(row, zone),
        at: clocks::past(row.at, now, zone),
        at_exact: clocks::stamp(row.at, zone),
        texts: texts(&body),
    })
}

fn texts(body: &EntryBody) -> Vec<(&'static str, String)> {
    let all = [
        ("", &body.note),
        ("Preference overridden because", &body.override_reason),
        ("Pointed to", &body.next_door),
        ("Referred to", &body.referred_to),
    ];
    all.into_iter().filter(|(_, text)| !text.is_blank()).map(|(label, text)| (label, text.reveal().to_owned())).collect()
}

const fn symbol(row: &LineRow) -> &'static str {
    match row.kind {
        EntryKind::Attempt => match row.channel {
            Some(ContactMethod::Text) => "chat",
            Some(ContactMethod::Email) => "mail",
            Some(ContactMethod::Call) | None => "phone",
        },
        EntryKind::Note => "note",
        EntryKind::FollowUpSet | EntryKind::FollowUpDone => "calendar",
        EntryKind::Routed => "arrow",
        EntryKind::Stage | EntryKind::Reopened => "st-assess",
        EntryKind::Closed => "st-closed",
        EntryKind::Paused | EntryKind::Resumed => "pause",
        EntryKind::QuarantineReleased => "shield",
        EntryKind::RedFlagRaised | EntryKind::RedFlagAcknowledged => "alert",
        EntryKind::Assessed => "list",
        EntryKind::PlaceOffered | EntryKind::PlaceLapsed => "bed",
        EntryKind::LegalHoldPlaced | EntryKind::LegalHoldLifted | EntryKind::RecordExported => "lock",
        EntryKind::StopRequested | EntryKind::StopAccepted | EntryKind::StopDeclined | EntryKind::Erased => "close",
        EntryKind::Claimed
        | EntryKind::Released
        | EntryKind::Lapsed
        | EntryKind::HandedOver
        | EntryKind::Merged
        | EntryKind::Unmerged => "person",
    }
}

/// What happened, after the name of who did it.
fn what(row: &LineRow, zone: Tz) -> String {
    let to = row.to_code.as_deref().unwrap_or_default();
    match row.kind {
        EntryKind::Claimed => "claimed this lead".to_owned(),
        EntryKind::Released => "gave this lead back to the queue".to_owned(),
        EntryKind::Lapsed => "put this lead back into the queue: the claim lapsed".to_owned(),
        EntryKind::HandedOver if to.is_empty() => "put this lead back into the queue".to_owned(),
        EntryKind::HandedOver => "handed this lead over".to_owned(),
        EntryKind::Attempt => attempt(row),
        EntryKind::Note => "added a note".to_owned(),
        EntryKind::FollowUpSet => match to.parse::<DateTime<Utc>>() {
            Ok(due) => format!("set a follow-up for {}", clocks::stamp(due, zone)),
            Err(_) => "set a follow-up".to_owned(),
        },
        EntryKind::FollowUpDone => "kept a follow-up".to_owned(),
        EntryKind::Routed => format!("routed this lead to {}", row.program_name.as_deref().unwrap_or("a program")),
        EntryKind::Stage => {
            format!("moved this lead from {} to {}", stage(row.from_code.as_deref()), stage(row.to_code.as_deref()))
        }
        EntryKind::Paused => format!("paused this lead until {to}"),
        EntryKind::Resumed => "brought this lead back".to_owned(),
        EntryKind::Closed => closed(row),
        EntryKind::Reopened => "reopened this lead".to_owned(),
        EntryKind::RedFlagRaised => format!("raised a red flag: {}", red_flag(to)),
        EntryKind::RedFlagAcknowledged => format!("acknowledged a red flag: {}", red_flag(to)),
        EntryKind::Assessed => format!("{}: {}", assessed(row), Status::words_of(to)),
        EntryKind::PlaceOffered => format!("found a place open in {}", row.program_name.as_deref().unwrap_or("the program")),
        EntryKind::PlaceLapsed => {
            format!("freed the place in {}: nobody came or said so by {to}", row.program_name.as_deref().unwrap_or("the program"))
        }
        EntryKind::Merged => match &row.from_code {
            Some(other) => format!("merged {other} into this lead"),
            None => format!("merged this lead into {to}"),
        },
        EntryKind::Unmerged => match &row.from_code {
            Some(other) => format!("took the merge into {other} back"),
            None => format!("took the merge of {to} back"),
        },
        EntryKind::QuarantineReleased => "released this lead from quarantine".to_owned(),
        EntryKind::StopRequested if to == "person" => "stopped all contact: the person asked for it at their receipt".to_owned(),
        EntryKind::StopRequested => "stopped all contact: the person asked for it".to_owned(),
        EntryKind::StopAccepted => "noted that nobody contacts this person".to_owned(),
        EntryKind::StopDeclined => "allowed contact again".to_owned(),
        EntryKind::LegalHoldPlaced => "placed a legal hold".to_owned(),
        EntryKind::LegalHoldLifted => "lifted the legal hold".to_owned(),
        EntryKind::Erased => "erased this lead".to_owned(),
        EntryKind::RecordExported => "took everything we hold on this person as a file".to_owned(),
    }
}

fn attempt(row: &LineRow) -> String {
    let way = match row.channel {
        Some(ContactMethod::Text) => "texted",
        Some(ContactMethod::Email) => "e-mailed",
        Some(ContactMethod::Call) | None => "called",
    };
    row.disposition.map_or_else(|| way.to_owned(), |disposition| format!("{way}: {}", disposition.label().to_lowercase()))
}

fn assessed(row: &LineRow) -> &'static str {
    row.from_code.as_deref().and_then(|code| code.parse().ok()).map_or("assessment", Item::deed)
}

fn red_flag(code: &str) -> &'static str {
    code.parse::<RedFlag>().map_or("?", RedFlag::label)
}

fn stage(code: Option<&str>) -> &'static str {
    code.and_then(|code| code.parse::<Stage>().ok()).map_or("?", Stage::label)
}

fn closed(row: &LineRow) -> String {
    let outcome = row.from_code.as_deref().and_then(|code| code.parse::<Outcome>().ok()).map_or("closed", Outcome::label);
    let reason = row.to_code.as_deref().map(|code| format!(", {}", code.replace('_', " "))).unwrap_or_default();
    format!("closed this lead: {}{reason}", outcome.to_lowercase())
}
