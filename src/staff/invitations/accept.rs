//! Following an invitation: the account is made, and its owner is signed in.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::staff::session::{self, NewSession, SessionToken, Stage, StoredToken};
use crate::staff::store as accounts;
use crate::staff::store::NewMember;

/// How it ended.
#[derive(Debug)]
pub enum Acceptance {
    /// The account exists, and its owner is signed in.
    Joined(SessionToken),
    /// The link was used, its time is over, it was taken back, its sender may invite no more, or the address has an account by now.
    Closed,
}

/// Makes the account. The hash is made before: it takes long.
pub async fn accept(
    conn: &mut Connection,
    link: &StoredToken,
    name: String,
    password_hash: String,
    opening: NewSession,
) -> diesel::QueryResult<Acceptance> {
    conn.transaction(async |conn| {
        let Some(waiting) = store::by_token(conn, link).await? else { return Ok(Acceptance::Closed) };
        let invited = waiting.invited;
        if store::is_known(conn, &invited.email).await?.0 || !store::settle(conn, waiting.id).await? {
            return Ok(Acceptance::Closed);
        }
        let (roles, clinical_review) = (invited.roles, invited.clinical_review);
        let details = json!({ "change": "joined", "invitation": waiting.id, "roles": roles, "clinical_review": clinical_review });
        let member = accounts::add(conn, &NewMember { email: invited.email, name, roles, clinical_review, password_hash }).await?;
        let actor = Actor::Member(member);
        audit::record(conn, &Event::new(actor, Action::MemberChanged, Subject::Member(member)).with(details)).await?;
        session::store::open(conn, member, &opening, Stage::Full).await?;
        let entered = Event::new(actor, Action::SignedIn, Subject::Member(member));
        audit::record(conn, &entered.with(json!({ "how": "invitation" }))).await?;
        Ok(Acceptance::Joined(opening.token))
    })
    .await
}
