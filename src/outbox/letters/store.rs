//! Enqueues them, each under an id its sender chose: a link in the mail follows from it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::outbox_messages;
use crate::outbox::{MessageKind, MessageState};
use crate::values::{InvitationId, MemberId, MessageId};

/// Enqueues the mail that invites a colleague, in the caller's transaction.
pub async fn enqueue_invitation(conn: &mut Connection, id: MessageId, invitation: InvitationId) -> QueryResult<()> {
    diesel::insert_into(outbox_messages::table)
        .values((
            outbox_messages::id.eq(id),
            outbox_messages::kind.eq(MessageKind::Invitation),
            outbox_messages::recipient_kind.eq("invited"),
            outbox_messages::invitation_id.eq(invitation),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Enqueues a mail to a member at the address of the account, in the caller's transaction.
pub async fn enqueue_letter(conn: &mut Connection, id: MessageId, kind: MessageKind, member: MemberId) -> QueryResult<()> {
    diesel::insert_into(outbox_messages::table)
        .values((
            outbox_messages::id.eq(id),
            outbox_messages::kind.eq(kind),
            outbox_messages::recipient_kind.eq("member"),
            outbox_messages::member_id.eq(member),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Drops waiting mails with a link for a forgotten password, of one member or of everyone. One that a worker has claimed is dropped by
/// its worker, or arrives with a link that works no more.
pub async fn drop_password_links(conn: &mut Connection, member: Option<MemberId>) -> QueryResult<usize> {
    let mut waiting = diesel::update(outbox_messages::table)
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::claim_token.is_null())
        .filter(outbox_messages::kind.eq(MessageKind::PasswordReset))
        .set(dropped("link"))
        .into_boxed();
    if let Some(member) = member {
        waiting = waiting.filter(outbox_messages::member_id.eq(member.uuid()));
    }
    waiting.execute(conn).await
}

/// Drops waiting mails of these invitations.
pub async fn drop_invitations(conn: &mut Connection, ids: &[InvitationId]) -> QueryResult<usize> {
    diesel::update(outbox_messages::table)
        .filter(outbox_messages::settled_at.is_null())
        .filter(outbox_messages::claim_token.is_null())
        .filter(outbox_messages::invitation_id.eq_any(ids.iter().map(|id| id.uuid())))
        .set(dropped("invitation"))
        .execute(conn)
        .await
}

type Dropped = (
    diesel::dsl::Eq<outbox_messages::state, MessageState>,
    diesel::dsl::Eq<outbox_messages::reply_code, &'static str>,
    diesel::dsl::Eq<outbox_messages::settled_at, diesel::dsl::now>,
);

fn dropped(code: &'static str) -> Dropped {
    (
        outbox_messages::state.eq(MessageState::Dropped),
        outbox_messages::reply_code.eq(code),
        outbox_messages::settled_at.eq(diesel::dsl::now),
    )
}
