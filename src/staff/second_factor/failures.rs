//! The lasting bound on wrong codes: NIST SP 800-63B-4 asks for a stop at a hundred in a row. Every browser that signed in before has a
//! count of its own, all others share one. Only somebody who knows the password comes so far, so nobody else can use the bound up; and
//! a browser that signed in before, a recovery code or an administrator gets the owner in and ends it.

use diesel::QueryResult;

use super::store;
use crate::db::Connection;
use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::values::MemberId;

/// Wrong codes in a row.
const MAX_IN_A_ROW: i64 = 100;
/// Wrong codes within a day.
const MAX_PER_DAY: i64 = 30;

/// Where codes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Vec<u8>);

impl Origin {
    /// A browser that signed in before, by its mark; `None` for all others.
    pub fn of(keys: &Keys, member: MemberId, device: Option<&[u8]>) -> Result<Self, SealError> {
        let Some(device) = device else { return Ok(Self(Vec::new())) };
        let digest = keys.digest(DigestPurpose::Account, &[b"second factor of a device", member.uuid().as_bytes(), device])?;
        Ok(Self(digest.to_vec()))
    }

    /// Whoever holds a session of the member.
    pub fn session(keys: &Keys, member: MemberId) -> Result<Self, SealError> {
        Ok(Self(keys.digest(DigestPurpose::Account, &[b"second factor of a session", member.uuid().as_bytes()])?.to_vec()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Which bound was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// No code of a phone counts from there today.
    Today,
    /// None counts from there any more.
    ForGood,
}

/// Whether codes of a phone still count from there.
pub async fn spent(conn: &mut Connection, member: MemberId, origin: &Origin) -> QueryResult<Option<Spent>> {
    Ok(match store::failures(conn, member, origin).await? {
        (MAX_IN_A_ROW.., _) => Some(Spent::ForGood),
        (_, MAX_PER_DAY..) => Some(Spent::Today),
        _ => None,
    })
}

/// Counts a wrong code.
pub async fn count(conn: &mut Connection, member: MemberId, origin: &Origin) -> QueryResult<()> {
    store::count_failure(conn, member, origin).await
}

/// A right code from there: the row of wrong ones is over. Those of the day stay counted.
pub async fn forget(conn: &mut Connection, member: MemberId, origin: &Origin) -> QueryResult<()> {
    store::end_rows(conn, member, Some(origin)).await
}

/// The owner is back: every row of wrong codes is over.
pub async fn forget_all(conn: &mut Connection, member: MemberId) -> QueryResult<()> {
    store::end_rows(conn, member, None).await
}
