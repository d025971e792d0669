//! One batch of adoption, one transaction.

use diesel_async::AsyncConnection;
use uuid::Uuid;

use super::store;
use crate::db::{Connection, newer_schema};
use crate::sealing::Keys;
use crate::values::InquiryId;

const BATCH: i64 = 200;

/// What a batch did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Sealed anew.
    pub done: usize,
    /// Did not open: a damaged row, or one sealed for other keys. They stay as they are.
    pub unopened: Vec<InquiryId>,
    /// Where the next batch starts; `None` if nothing more waits.
    pub next: Option<InquiryId>,
}

/// Adopts the next batch above `after` (`None`: from the oldest). A row that does not open holds up nobody. An error where inquiries have
/// a sealed column that this program does not know: a newer one adopts them.
pub async fn adopt_batch(conn: &mut Connection, keys: &Keys, after: Option<InquiryId>) -> anyhow::Result<Adopted> {
    let after = after.map_or(Uuid::nil(), InquiryId::uuid);
    conn.transaction(async |conn| {
        let waiting = store::waiting(conn, after, BATCH).await?;
        if !waiting.is_empty() {
            newer_schema::refuse(newer_schema::beyond_adoption(conn).await?)?;
        }
        let full = i64::try_from(waiting.len())? == BATCH;
        let mut adopted = Adopted { done: 0, unopened: Vec::new(), next: None };
        for (id, contact, message) in &waiting {
            if let (Ok(contact), Ok(message)) = (keys.reseal(*id, contact), keys.reseal(*id, message)) {
                adopted.done += store::adopt(conn, *id, &contact, &message).await?;
            } else {
                adopted.unopened.push((*id).into());
            }
        }
        adopted.next = waiting.last().filter(|_| full).map(|(id, ..)| (*id).into());
        Ok(adopted)
    })
    .await
}
