//! Both values of a conflict: what the person wanted, and what a colleague made of it meanwhile.

use super::draft::Draft;
use super::view::LeadView;
use crate::leads::reasons::Disposition;
use crate::leads::stage::{Outcome, Stage};

/// One value of a form beside the lead's own.
pub struct Difference {
    /// What it is.
    pub label: &'static str,
    /// What was wanted.
    pub yours: String,
    /// What stands now.
    pub now: String,
}

/// What the draft wanted beside what stands; only where the two can be compared.
pub fn differences(draft: &Draft, view: &LeadView) -> Vec<Difference> {
    let value = |field: &str| draft.value(draft.verb, field).to_owned();
    let pair = |label, yours: String, now: String| Difference { label, yours, now };
    let all = match draft.verb {
        "stage" => vec![pair("Stage", worded(&value("to"), Stage::label), stands(view))],
        "closure" => vec![pair("How it ended", worded(&value("outcome"), Outcome::label), stands(view))],
        "routing" => vec![pair("Program", program(view, &value("program")), routed(view))],
        "owner" => vec![pair("Owner", colleague(view, &value("person")), owner(view))],
        "contact-attempts" => vec![pair("It came to", worded(&value("disposition"), Disposition::label), stands(view))],
        "follow-ups" => vec![pair("Next contact", value("due_at").replace('T', " "), view.due.main.clone())],
        "pause" => vec![pair("Comes back on", value("resume_on"), stands(view))],
        _ => Vec::new(),
    };
    all.into_iter().filter(|one| !one.yours.is_empty()).collect()
}

fn worded<T: std::str::FromStr>(code: &str, label: impl Fn(T) -> &'static str) -> String {
    code.parse().map(|code| label(code).to_owned()).unwrap_or_default()
}

fn stands(view: &LeadView) -> String {
    view.status().word
}

fn program(view: &LeadView, id: &str) -> String {
    view.programs.iter().find(|program| program.id.to_string() == id).map(|program| program.name.clone()).unwrap_or_default()
}

fn routed(view: &LeadView) -> String {
    view.routed().map_or_else(|| "none yet".to_owned(), |program| program.name.clone())
}

fn colleague(view: &LeadView, id: &str) -> String {
    let named = view.colleagues.iter().find(|(member, _)| member.to_string() == id);
    named.map_or_else(|| "back to the queue".to_owned(), |(_, name)| name.clone())
}

fn owner(view: &LeadView) -> String {
    view.owner.as_ref().map_or_else(|| "nobody".to_owned(), |(_, name, _)| name.clone())
}
