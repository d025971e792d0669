//! Enqueues them, each under an id its sender chose: a link in the mail follows from it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Connection;
use crate::db::schema::outbox_messages;
use crate::outbox::MessageKind;
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
