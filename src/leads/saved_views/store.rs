//! Saved views in Postgres.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{MOST, ViewName};
use crate::db::Connection;
use crate::db::schema::saved_views;
use crate::sealing::Sealed;
use crate::staff;
use crate::values::{MemberId, SavedViewId};

/// A view, its name still sealed.
#[derive(Debug, Clone, Queryable)]
#[expect(missing_docs, reason = "the columns of saved_views")]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: Sealed<ViewName>,
    pub query: String,
}

/// The member's views, the oldest first.
pub async fn of_member(conn: &mut Connection, member: MemberId) -> QueryResult<Vec<SavedView>> {
    saved_views::table
        .filter(saved_views::member_id.eq(member))
        .order((saved_views::created_at, saved_views::id))
        .limit(MOST)
        .select((saved_views::id, saved_views::name, saved_views::query))
        .load(conn)
        .await
}

/// Keeps a view; false where the member keeps [`MOST`] already. A member's views are counted and added one after another.
pub async fn add(
    conn: &mut Connection,
    id: SavedViewId,
    member: MemberId,
    name: &Sealed<ViewName>,
    query: &str,
) -> QueryResult<bool> {
    let row = (saved_views::id.eq(id), saved_views::member_id.eq(member), saved_views::name.eq(name), saved_views::query.eq(query));
    conn.transaction(async |conn| {
        staff::store::lock(conn, member).await?;
        let kept: i64 = saved_views::table.filter(saved_views::member_id.eq(member)).count().get_result(conn).await?;
        if kept >= MOST {
            return Ok(false);
        }
        diesel::insert_into(saved_views::table).values(row).execute(conn).await?;
        Ok(true)
    })
    .await
}

/// Forgets one of the member's own views.
pub async fn remove(conn: &mut Connection, id: SavedViewId, member: MemberId) -> QueryResult<usize> {
    diesel::delete(saved_views::table.filter(saved_views::id.eq(id)).filter(saved_views::member_id.eq(member))).execute(conn).await
}
