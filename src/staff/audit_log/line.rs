//! An event in words.

use chrono_tz::Tz;
use serde_json::Value;

use super::store::{EventRow, Names};

/// So many of a list stand on the page; the download has all of them.
const SHOWN: usize = 5;

/// One line of the page.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) id: i64,
    pub(super) when: String,
    pub(super) who: String,
    pub(super) symbol: &'static str,
    pub(super) what: String,
    pub(super) more: String,
    pub(super) record: String,
    /// The lead's reference, where the record is one.
    pub(super) lead: Option<String>,
}

impl Line {
    pub(super) fn of(row: &EventRow, names: &Names, zone: Tz) -> Self {
        let lead = lead_of(row, names);
        Self {
            id: row.id,
            when: row.at.with_timezone(&zone).format("%b %-d, %H:%M:%S").to_string(),
            who: actor(row, names),
            symbol: symbol(&row.action),
            what: words(&row.action),
            more: details(&row.details),
            record: lead.clone().unwrap_or_else(|| record(row, names)),
            lead,
        }
    }
}

fn lead_of(row: &EventRow, names: &Names) -> Option<String> {
    let id = row.subject_id.as_ref().filter(|_| row.subject_kind.as_deref() == Some("lead"))?;
    names.leads.get(id).map(ToString::to_string)
}

/// Who acted, by name.
pub(super) fn actor(row: &EventRow, names: &Names) -> String {
    let member = row.member.and_then(|id| names.members.get(&id.uuid()).cloned());
    member.unwrap_or_else(|| match row.actor.as_str() {
        "public" => "Website".to_owned(),
        "system" => "Intake".to_owned(),
        "command" => "Command line".to_owned(),
        _ => row.member.map_or_else(String::new, |id| id.to_string()),
    })
}

/// What was acted on, as people call it.
pub(super) fn record(row: &EventRow, names: &Names) -> String {
    let Some(id) = row.subject_id.as_deref() else { return String::new() };
    let known = match row.subject_kind.as_deref() {
        Some("lead") => names.leads.get(id).map(ToString::to_string),
        Some("member") => id.parse().ok().and_then(|id: uuid::Uuid| names.members.get(&id).cloned()),
        Some("program") => names.programs.get(id).cloned(),
        Some("inquiry") => Some("Inquiry".to_owned()),
        Some(_) | None => None,
    };
    known.unwrap_or_else(|| id.to_owned())
}

/// `lead.red_flag_raised` as "Lead: red flag raised".
pub(super) fn words(code: &str) -> String {
    let (thing, deed) = code.split_once('.').unwrap_or((code, ""));
    let mut thing = thing.replace('_', " ");
    if let Some(first) = thing.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if deed.is_empty() { thing } else { format!("{thing}: {}", deed.replace('_', " ")) }
}

fn symbol(code: &str) -> &'static str {
    match code.split('.').next().unwrap_or_default() {
        "lead" | "leads" => "note",
        "inquiry" => "globe",
        "queue" => "list",
        "quarantine" => "shield",
        "session" | "access" => "lock",
        "member" => "people",
        "program" => "house",
        "mail" | "message" => "mail",
        "audit" => "key",
        _ => "arrow",
    }
}

/// `{"from": "new", "version": 2}` as "from new, version 2".
pub(super) fn details(value: &Value) -> String {
    let Some(fields) = value.as_object() else { return String::new() };
    let mut words = Vec::with_capacity(fields.len());
    // A mark says something to the page of unusual reads alone.
    for (name, value) in fields.iter().filter(|(name, _)| *name != "mark") {
        let name = name.replace('_', " ");
        match value {
            Value::Null => {}
            Value::Bool(true) => words.push(name),
            Value::Bool(false) => words.push(format!("no {name}")),
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => words.push(format!("{name} {text}")),
            Value::Number(_) | Value::Object(_) => words.push(format!("{name} {value}")),
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                let items: Vec<String> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), ToOwned::to_owned)).collect();
                words.push(match items.split_at_checked(SHOWN) {
                    Some((first, rest)) if rest.len() > 1 => format!("{name} {} + {} more", first.join(" + "), rest.len()),
                    Some(_) | None => format!("{name} {}", items.join(" + ")),
                });
            }
        }
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_and_details_become_words() {
        assert_eq!(words("lead.red_flag_raised"), "Lead: red flag raised");
        assert_eq!(words("odd"), "Odd");
        let value =
            json!({ "change": "roles", "roles": ["manager", "coordinator"], "clinical_review": false, "count": 3, "x": null });
        assert_eq!(details(&value), "change roles, no clinical review, count 3, roles manager + coordinator");
        assert_eq!(details(&json!({ "leads": ["A", "B", "C", "D", "E", "F"] })), "leads A + B + C + D + E + F");
        assert_eq!(details(&json!({ "leads": ["A", "B", "C", "D", "E", "F", "G"] })), "leads A + B + C + D + E + 2 more");
    }
}
