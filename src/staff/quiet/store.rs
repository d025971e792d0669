//! Who is told of an inquiry.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Told;
use crate::config::QuietHours;
use crate::db::Connection;
use crate::db::schema::{outbox_messages, staff};
use crate::outbox::{MessageKind, MessageState};
use crate::values::{InquiryId, MemberId};

/// Recipients of mails about a new inquiry that are on their way or were taken: members who still want them, configured addresses.
pub async fn told(conn: &mut Connection, inquiry: InquiryId) -> QueryResult<Vec<Told>> {
    let rows: Vec<(Option<MemberId>, Option<i16>, Option<i16>)> = outbox_messages::table
        .left_join(staff::table)
        .filter(outbox_messages::inquiry_id.eq(inquiry))
        .filter(outbox_messages::kind.eq(MessageKind::NewInquiry))
        .filter(outbox_messages::state.eq_any([MessageState::Queued, MessageState::Deferred, MessageState::Accepted]))
        .filter(
            outbox_messages::member_id
                .is_null()
                .or(staff::notify_new_inquiries.nullable().eq(true).and(staff::disabled_at.is_null())),
        )
        .select((outbox_messages::member_id, staff::quiet_from.nullable(), staff::quiet_to.nullable()))
        .load(conn)
        .await?;
    let hours =
        |from: Option<i16>, to: Option<i16>| Some(QuietHours { from: u16::try_from(from?).ok()?, to: u16::try_from(to?).ok()? });
    Ok(rows.into_iter().map(|(member, from, to)| (member, hours(from, to))).collect())
}
