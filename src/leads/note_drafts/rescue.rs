//! What arrived after its session had ended is kept for whoever sent it, where the ended session still says who that is.

use diesel::QueryResult;

use super::{Put, keep, kept};
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::leads::presence::store::lead_of;
use crate::programs;
use crate::sealing::Keys;
use crate::staff::Permission;
use crate::staff::session::{StoredToken, store};
use crate::staff::store as members;
use crate::values::{FreeText, MemberId, ProgramId, Reference};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rescue {
    /// Kept as the writer's draft.
    Kept,
    /// Nobody knows whose it is, or it is too long to be kept beside what was there.
    Nobodys,
}

/// What a form said: a text, and what only ids name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsent {
    /// What was chosen and written, in lines.
    pub text: String,
    /// A program that was chosen.
    pub program: Option<ProgramId>,
    /// A colleague that was chosen.
    pub person: Option<MemberId>,
}

impl Unsent {
    /// A form without programs and colleagues.
    pub fn of(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Nothing was said.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.program.is_none() && self.person.is_none()
    }

    /// Every line; names are read only for somebody who may see them.
    async fn lines(&self, conn: &mut Connection) -> QueryResult<String> {
        let mut lines = Vec::new();
        if let Some(id) = self.program {
            lines.extend(programs::store::find(conn, id).await?.map(|program| format!("Route to: {}", program.name)));
        }
        if let Some(id) = self.person {
            lines.extend(members::find(conn, id).await?.map(|member| format!("Hand over to: {}", member.name)));
        }
        lines.extend(Some(self.text.clone()).filter(|text| !text.trim().is_empty()));
        Ok(lines.join("\n"))
    }
}

/// Keeps what a form said for the member of an ended session. It shows nothing, and answers nothing about the lead.
pub async fn rescue(
    conn: &mut Connection,
    keys: &Keys,
    token: &StoredToken,
    reference: &Reference,
    typed: &Unsent,
    put: Put,
) -> Result<Rescue, ActError> {
    let Some(member) = store::ended(conn, token).await?.filter(|member| member.may(Permission::WorkLeads)) else {
        return Ok(Rescue::Nobodys);
    };
    let Some((lead, _)) = lead_of(conn, reference).await? else { return Ok(Rescue::Nobodys) };
    let Ok(text) = FreeText::parse_required(&typed.lines(conn).await?) else { return Ok(Rescue::Nobodys) };
    let before = match put {
        Put::InPlace => String::new(),
        Put::Below => kept(conn, keys, lead, member.id).await?,
    };
    if before.is_empty() {
        keep(conn, keys, lead, member.id, &text).await?;
    } else if !before.contains(text.reveal()) {
        let Ok(both) = FreeText::parse(&format!("{before}\n{}", text.reveal())) else { return Ok(Rescue::Nobodys) };
        keep(conn, keys, lead, member.id, &both).await?;
    }
    Ok(Rescue::Kept)
}
