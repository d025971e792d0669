//! A text that arrived after its session had ended is kept for whoever wrote it, where the ended session still says who that is.

use super::keep;
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::presence::store::lead_of;
use crate::sealing::Keys;
use crate::staff::Permission;
use crate::staff::session::{SessionToken, store};
use crate::values::{FreeText, Reference};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rescue {
    /// Kept as the writer's draft.
    Kept,
    /// Nobody knows whose it is.
    Nobodys,
}

/// Keeps a text for the member of an ended session. It opens nothing, and answers nothing about the lead.
pub async fn rescue(
    conn: &mut Connection,
    keys: &Keys,
    token: &SessionToken,
    reference: &Reference,
    text: &FreeText,
) -> Result<Rescue, ActError> {
    let Some(member) = store::ended(conn, token).await?.filter(|member| member.may(Permission::WorkLeads)) else {
        return Ok(Rescue::Nobodys);
    };
    let Some((lead, _)) = lead_of(conn, reference).await? else { return Ok(Rescue::Nobodys) };
    keep(conn, keys, lead, member.id, text).await?;
    Ok(Rescue::Kept)
}
