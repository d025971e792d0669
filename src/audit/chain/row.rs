//! A row of the audit log as bytes, the same for ever, and the hash that links it to the row before.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::store::audit_events;
use crate::sealing::{DigestPurpose, Keys, SealError};

/// Hash of a link.
pub type ChainHash = [u8; 32];
/// What the first link is linked to.
pub const START: ChainHash = [0; 32];
const FORMAT: &[u8] = b"intake audit row 1";

/// A row of the log as it stands in the database.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct EventRow {
    /// Its id; ids are given in order but may be committed out of order.
    pub id: i64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who, as a kind.
    pub actor: String,
    /// Which member.
    pub member_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: Option<String>,
    /// To which.
    pub subject_id: Option<String>,
    /// Ids and codes.
    pub details: Value,
    /// The request it belongs to.
    pub request_id: Option<String>,
}

impl EventRow {
    /// The hash of this row as the next link after `previous`.
    pub fn link(&self, keys: &Keys, seq: i64, previous: &ChainHash) -> Result<ChainHash, SealError> {
        let member = self.member_id.map(|id| id.to_string());
        let details = canonical(&self.details);
        let present = [member.is_some(), self.subject_kind.is_some(), self.subject_id.is_some(), self.request_id.is_some()];
        let parts: [&[u8]; 13] = [
            FORMAT,
            previous,
            &seq.to_be_bytes(),
            &self.id.to_be_bytes(),
            &self.at.timestamp_micros().to_be_bytes(),
            self.actor.as_bytes(),
            self.action.as_bytes(),
            &present.map(u8::from),
            member.as_deref().unwrap_or_default().as_bytes(),
            self.subject_kind.as_deref().unwrap_or_default().as_bytes(),
            self.subject_id.as_deref().unwrap_or_default().as_bytes(),
            details.as_bytes(),
            self.request_id.as_deref().unwrap_or_default().as_bytes(),
        ];
        keys.digest(DigestPurpose::AuditChain, &parts)
    }
}

/// JSON with its keys in order, so that neither Postgres nor a crate's feature can change the bytes.
fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(&mut out, value);
    out
}

fn write_canonical(out: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = write!(out, "{value}");
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(out, item);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.iter().collect();
            names.sort_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (name, item) in names {
                let _ = write!(out, "{}:", Value::String(name.clone()));
                write_canonical(out, item);
                out.push(',');
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> EventRow {
        EventRow {
            id: 7,
            at: DateTime::from_timestamp(1_790_000_000, 123_456_000).unwrap(),
            actor: "member".into(),
            member_id: Some(Uuid::from_u128(9)),
            action: "lead.viewed".into(),
            subject_kind: Some("lead".into()),
            subject_id: Some("x".into()),
            details: json!({"b": 1, "a": [true, null, "é"]}),
            request_id: None,
        }
    }

    #[test]
    fn json_has_one_form() {
        assert_eq!(canonical(&json!({"b": 1, "a": {"d": [], "c": "\"\n"}})), r#"{"a":{"c":"\"\n","d":[],},"b":1,}"#);
    }

    #[test]
    fn every_column_and_the_place_in_the_chain_change_the_hash() {
        let keys = Keys::for_tests();
        let changes: [fn(&mut EventRow); 10] = [
            |r| r.id += 1,
            |r| r.at += chrono::TimeDelta::microseconds(1),
            |r| r.actor = "system".into(),
            |r| r.member_id = None,
            |r| r.action = "lead.claimed".into(),
            |r| r.subject_kind = None,
            |r| r.subject_id = Some("y".into()),
            |r| r.details = json!({"b": 2, "a": [true, null, "é"]}),
            |r| r.request_id = Some(String::new()),
            |r| {
                r.subject_kind = Some("leadx".into());
                r.subject_id = Some(String::new());
            },
        ];
        let mut seen = vec![
            row().link(&keys, 1, &START).unwrap(),
            row().link(&keys, 2, &START).unwrap(),
            row().link(&keys, 1, &[1; 32]).unwrap(),
        ];
        for change in changes {
            let mut altered = row();
            change(&mut altered);
            seen.push(altered.link(&keys, 1, &START).unwrap());
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn the_hash_of_a_row_never_changes_between_releases() {
        let hash = row().link(&Keys::for_tests(), 1, &START).unwrap();
        let hex = uuid::Uuid::from_slice(&hash[..16]).unwrap().simple().to_string()
            + &uuid::Uuid::from_slice(&hash[16..]).unwrap().simple().to_string();
        insta::assert_snapshot!(hex, @"2e7f8b3cfcea1fbb2f0ed637419c0e000974d33b4ca50635806fd1e9b14990d0");
    }
}
