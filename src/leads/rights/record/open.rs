//! Opens and words one section of the file after the other.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::store;
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::assessment;
use crate::sealing::{Keys, OpenError, Sealed, SealedContent};
use crate::values::LeadId;

crate::coded_choice! {
    /// A part of the file, in its order.
    Section {
        Leads = "leads",
        Inquiries = "inquiries",
        Consents = "consent_wordings",
        Timeline = "timeline",
        FollowUps = "follow_ups",
        Drafts = "note_drafts",
        Assessment = "assessment",
        RedFlags = "red_flags",
        Routing = "routing",
        Merges = "merges",
        Mails = "mails",
        Stops = "do_not_contact",
        Holds = "legal_holds",
        Staff = "staff",
        Programs = "programs",
    }
}

/// One section of a record.
pub async fn section(conn: &mut Connection, keys: &Keys, leads: &[LeadId], which: Section) -> Result<Value, ActError> {
    Ok(match which {
        Section::Leads => plain(&store::leads_of(conn, leads).await?),
        Section::Inquiries => inquiries(conn, keys, leads).await?,
        Section::Consents => consents(conn, leads).await?,
        Section::Timeline => {
            let rows = store::entries_of(conn, leads).await?;
            opened(&rows, |row| row.body.as_ref().map(|body| open(keys, row.id, body)).transpose())?
        }
        Section::FollowUps => {
            let rows = store::promises_of(conn, leads).await?;
            opened(&rows, |row| open(keys, row.id, &row.body).map(|body| Some(json!({ "about": body }))))?
        }
        Section::Drafts => {
            let rows = store::drafts_of(conn, leads).await?;
            opened(&rows, |row| open(keys, row.id, &row.body).map(|body| Some(json!({ "draft": body }))))?
        }
        Section::Assessment => {
            let rows = store::answers_of(conn, leads).await?;
            opened(&rows, |row| {
                let details = Sealed::<assessment::Details>::from_envelope(row.details.clone());
                open(keys, row.id, &details).map(|details| Some(json!({ "details": details })))
            })?
        }
        Section::RedFlags => plain(&store::flags_of(conn, leads).await?),
        Section::Routing => plain(&store::routings_of(conn, leads).await?),
        Section::Merges => plain(&store::merges_of(conn, leads).await?),
        Section::Mails => plain(&store::mails_of(conn, leads).await?),
        Section::Stops => plain(&store::stops_of(conn, leads).await?),
        Section::Holds => plain(&store::holds_of(conn, leads).await?),
        Section::Staff => named(store::names(conn).await?.0),
        Section::Programs => named(store::names(conn).await?.1),
    })
}

/// Names by id, so that the file can be read by itself.
fn named(all: Vec<(uuid::Uuid, String)>) -> Value {
    all.into_iter().map(|(id, name)| (id.to_string(), Value::from(name))).collect::<Map<_, _>>().into()
}

async fn inquiries(conn: &mut Connection, keys: &Keys, leads: &[LeadId]) -> Result<Value, ActError> {
    let rows = store::inquiries_of(conn, leads).await?;
    Ok(opened(&rows, |row| {
        let contact = open(keys, row.id, &row.contact)?;
        Ok(Some(json!({ "contact": contact, "message": open(keys, row.id, &row.message)? })))
    })?)
}

async fn consents(conn: &mut Connection, leads: &[LeadId]) -> Result<Value, ActError> {
    let versions: Vec<String> = store::inquiries_of(conn, leads).await?.into_iter().filter_map(|row| row.text_consent).collect();
    let wordings = store::wordings(conn, &versions).await?;
    let wording = |(version, words, since)| json!({ "version": version, "wording": words, "first_used_at": since });
    Ok(wordings.into_iter().map(wording).collect())
}

fn open<T: SealedContent>(keys: &Keys, id: uuid::Uuid, sealed: &Sealed<T>) -> Result<Value, OpenError> {
    serde_json::to_value(keys.open(id, sealed)?).map_err(|_never| OpenError)
}

fn plain<T: Serialize>(rows: &[T]) -> Value {
    rows.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect()
}

/// Rows with what was sealed in them beside what was not.
fn opened<T: Serialize>(rows: &[T], sealed: impl Fn(&T) -> Result<Option<Value>, OpenError>) -> Result<Value, OpenError> {
    rows.iter()
        .map(|row| {
            let mut all = serde_json::to_value(row).unwrap_or_default();
            if let (Some(Value::Object(more)), Value::Object(row)) = (sealed(row)?, &mut all) {
                row.extend(more);
            }
            Ok(all)
        })
        .collect()
}
