//! What staff do with red flags: raise one by hand, acknowledge one that stands.

use diesel_async::AsyncConnection;

use super::{RedFlag, store};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::values::RedFlagId;

/// Raises a flag on an open lead.
pub async fn raise_by_hand(conn: &mut Connection, by: &By<'_>, seen: &Seen, code: RedFlag) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "flag").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if !store::raise(conn, RedFlagId::new(), open.lead.id, code, Some(by.member.id), open.now).await? {
            return Ok(Acted::Refused(Refusal::new("flag", "This red flag stands already.")));
        }
        let entry = NewEntry { to_code: Some(code.code().to_owned()), ..NewEntry::of(EntryKind::RedFlagRaised) };
        let change = Change { changes: LeadChanges::default(), entry, action: Action::RedFlagRaised };
        acting::finish(conn, by, &open, change).await
    })
    .await
}

/// Says that a person has looked at a flag.
pub async fn acknowledge_by_hand(conn: &mut Connection, by: &By<'_>, seen: &Seen, flag: RedFlagId) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let Some(code) = store::acknowledge(conn, flag, open.lead.id, by.member.id, open.now).await? else {
            return Ok(Acted::Refused(Refusal::new("version", "This red flag was acknowledged already.")));
        };
        let entry = NewEntry { to_code: Some(code.code().to_owned()), ..NewEntry::of(EntryKind::RedFlagAcknowledged) };
        let change = Change { changes: LeadChanges::default(), entry, action: Action::RedFlagAcknowledged };
        acting::finish(conn, by, &open, change).await
    })
    .await
}
