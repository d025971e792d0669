//! New recovery codes; the ones before work no more.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::{COUNT, RecoveryCode, store};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::Keys;
use crate::staff::sign_in::SignInError;
use crate::values::MemberId;

/// Makes a set and gives it back, to be shown once.
pub async fn renew(conn: &mut Connection, keys: &Keys, member: MemberId) -> Result<Vec<RecoveryCode>, SignInError> {
    let codes: Vec<RecoveryCode> = (0..COUNT).map(|_| RecoveryCode::random()).collect();
    let digests = codes.iter().map(|code| code.digest(keys, member)).collect::<Result<Vec<_>, _>>()?;
    conn.transaction(async |conn| {
        store::forget(conn, member).await?;
        store::add(conn, member, &digests).await?;
        let event = Event::new(Actor::Member(member), Action::MemberChanged, Subject::Member(member));
        audit::record(conn, &event.with(json!({ "change": "recovery_codes" }))).await?;
        Ok(codes)
    })
    .await
}
