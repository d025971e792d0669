//! A text that arrived after its session had ended is kept for whoever wrote it, where the ended session still says who that is.

use super::{Put, keep, kept};
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
    /// Nobody knows whose it is, or it is too long to be kept beside what was there.
    Nobodys,
}

/// Keeps a text for the member of an ended session. It shows nothing, and answers nothing about the lead.
pub async fn rescue(
    conn: &mut Connection,
    keys: &Keys,
    token: &SessionToken,
    reference: &Reference,
    text: &FreeText,
    put: Put,
) -> Result<Rescue, ActError> {
    let Some(member) = store::ended(conn, token).await?.filter(|member| member.may(Permission::WorkLeads)) else {
        return Ok(Rescue::Nobodys);
    };
    let Some((lead, _)) = lead_of(conn, reference).await? else { return Ok(Rescue::Nobodys) };
    let before = match put {
        Put::InPlace => String::new(),
        Put::Below => kept(conn, keys, lead, member.id).await?,
    };
    if before.is_empty() {
        keep(conn, keys, lead, member.id, text).await?;
    } else if !before.contains(text.reveal()) {
        let Ok(both) = FreeText::parse(&format!("{before}\n{}", text.reveal())) else { return Ok(Rescue::Nobodys) };
        keep(conn, keys, lead, member.id, &both).await?;
    }
    Ok(Rescue::Kept)
}
