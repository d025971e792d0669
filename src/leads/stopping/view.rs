//! What a lead's page says about contact that is stopped, and about a legal hold.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{store, suppressions_of};
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::clocks;
use crate::leads::erasing::store::kin;
use crate::leads::lead::Lead;
use crate::leads::rights;
use crate::sealing::Keys;

/// In words.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Contact is stopped since then; empty if it is not.
    pub stopped: String,
    /// Who asked, if nobody has settled it yet: `person` or `staff`.
    pub waits: Option<String>,
    /// The number or address asked us to stop then, at another inquiry; empty if not.
    pub suppressed: String,
    /// A legal hold stands since then; empty if none.
    pub held: String,
}

impl Standing {
    /// Reads it.
    pub async fn read(conn: &mut Connection, keys: &Keys, lead: &Lead, now: DateTime<Utc>, zone: Tz) -> Result<Self, ActError> {
        let day = |at: DateTime<Utc>| clocks::past(at, now, zone);
        let kin = kin(conn, lead.id).await?;
        let waits = store::waiting(conn, lead.id).await?.map(|(who, _)| who);
        let known = suppressions_of(conn, keys, &kin).await?;
        let suppressed = store::suppressed_since(conn, &known).await?;
        let held = rights::store::holds(conn, &kin).await?.first().map(|(_, at)| *at);
        Ok(Self {
            stopped: lead.contact_stopped_at.map(day).unwrap_or_default(),
            waits,
            suppressed: suppressed.filter(|_| lead.contact_stopped_at.is_none()).map(day).unwrap_or_default(),
            held: held.map(day).unwrap_or_default(),
        })
    }

    /// No button leads to contact.
    pub const fn is_stopped(&self) -> bool {
        !self.stopped.is_empty()
    }

    /// Something speaks against contact.
    pub const fn warns(&self) -> bool {
        !self.stopped.is_empty() || !self.suppressed.is_empty()
    }
}
