//! Putting mail on hold, and letting it go.

use diesel::QueryResult;
use diesel_async::AsyncConnection;
use serde_json::json;

use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox::hold::{HoldReason, Older, Released, store};

/// Puts mail on hold; a hold that stands begins anew after a restore, else stays as it is.
pub async fn hold(conn: &mut Connection, actor: Actor, reason: HoldReason) -> QueryResult<()> {
    conn.transaction(async |conn| {
        store::set(conn, reason).await?;
        let event = Event::new(actor, Action::MailHeld, Subject::None);
        audit::record(conn, &event.with(json!({ "reason": reason.code() }))).await
    })
    .await
}

/// Lets mail go out again. `None` if it was not on hold.
pub async fn release(conn: &mut Connection, actor: Actor, older: Older) -> QueryResult<Option<Released>> {
    conn.transaction(async |conn| {
        let Some(since) = store::lock(conn).await? else { return Ok(None) };
        let discarded = match older {
            Older::Send => 0,
            Older::Discard => store::discard_before(conn, since).await?,
        };
        store::clear(conn).await?;
        let released = Released { waiting: store::waiting(conn).await?, discarded };
        let details = json!({ "waiting": released.waiting, "discarded": released.discarded });
        audit::record(conn, &Event::new(actor, Action::MailReleased, Subject::None).with(details)).await?;
        Ok(Some(released))
    })
    .await
}
