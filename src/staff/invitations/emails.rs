//! The mail that invites. It names nobody.

use anyhow::Context;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::store;
use crate::db::Connection;
use crate::sealing::Keys;
use crate::staff::links;
use crate::staff::session::TokenPurpose;
use crate::values::{InvitationId, MessageId};

/// An invitation.
#[derive(Debug, Clone)]
pub struct InvitationMail {
    /// The center.
    pub center: String,
    /// The link.
    pub url: String,
    /// Until when it works, in the center's zone.
    pub until: String,
}

crate::mail_templates!(InvitationMail: "emails/invitation/subject.txt", "emails/invitation/body.txt", "emails/invitation/body.html");

impl InvitationMail {
    /// For the preview.
    pub fn sample() -> Self {
        Self {
            center: "Elevate Addiction Services".to_owned(),
            url: "https://intake.example.org/staff/invitation?token=sample".to_owned(),
            until: "Wed 2:35 pm PST".to_owned(),
        }
    }
}

/// Address and mail of an invitation; `None` if it was followed, taken back or sent again since, or its time is over.
pub async fn write(
    conn: &mut Connection,
    keys: &Keys,
    (message, invitation): (MessageId, InvitationId),
    (base_url, center, zone): (&str, &str, Tz),
) -> anyhow::Result<Option<(String, InvitationMail)>> {
    let token = links::token(keys, message).context("no link could be made")?;
    let stored = token.stored(keys, TokenPurpose::Invitation)?;
    let Some((to, until)) = store::letter(conn, invitation, &stored).await? else { return Ok(None) };
    let url = format!("{base_url}/staff/invitation?token={}", token.text());
    Ok(Some((to, InvitationMail { center: center.to_owned(), url, until: local(until, zone) })))
}

fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-I:%M %P %Z").to_string()
}
