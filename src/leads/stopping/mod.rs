//! "Do not contact me". Contact stops on every channel with the request, before anybody has looked at it; staff settle it: accepted, the
//! number and the address are remembered as keyed digests that outlive erasure; declined, with a reason, contact is allowed again.
//!
//! Whoever writes anew is never refused. Their lead says that this number or address asked us to stop, and a person decides.

mod settle;
pub mod stop_page;
pub mod store;
mod suppression;
pub mod view;

pub use settle::{accept, allow};
pub use suppression::{Kind, Suppression, of_contact};

use chrono::{DateTime, Utc};

use crate::db::Connection;
use crate::inquiries::Contact;
use crate::leads::acting::{ActError, Refusal};
use crate::leads::lead::Lead;
use crate::sealing::Keys;
use crate::values::LeadId;

/// Since when a number or address of this contact is not to be contacted.
pub async fn suppressed_since(conn: &mut Connection, keys: &Keys, contact: &Contact) -> Result<Option<DateTime<Utc>>, ActError> {
    Ok(store::suppressed_since(conn, &of_contact(keys, contact)?).await?)
}

/// Why nothing that leads to contact can be promised on a lead; `None` if nothing speaks against it.
pub fn refusal(lead: &Lead, field: &'static str) -> Option<Refusal> {
    let words = "They asked not to be contacted. Allow contact again first, with a reason.";
    lead.contact_stopped_at.map(|_| Refusal::new(field, words))
}

/// Whether the person, or the number or address, asked not to be contacted.
pub(super) async fn is_stopped(conn: &mut Connection, keys: &Keys, lead: &Lead) -> Result<bool, ActError> {
    if lead.contact_stopped_at.is_some() {
        return Ok(true);
    }
    let known = suppressions_of(conn, keys, &[lead.id]).await?;
    Ok(store::suppressed_since(conn, &known).await?.is_some())
}

/// The digests of every number and address these leads hold.
pub(super) async fn suppressions_of(conn: &mut Connection, keys: &Keys, leads: &[LeadId]) -> Result<Vec<Suppression>, ActError> {
    let mut all = Vec::new();
    for (id, sealed) in store::contacts_of(conn, leads).await? {
        all.extend(of_contact(keys, &keys.open(id.uuid(), &sealed)?)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
