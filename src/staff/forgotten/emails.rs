//! The mail with the link. It names nobody.

use anyhow::Context;
use chrono_tz::Tz;

use super::store;
use crate::db::Connection;
use crate::sealing::Keys;
use crate::staff::links;
use crate::staff::session::TokenPurpose;
use crate::values::{MemberId, MessageId};

/// A link for a new password.
#[derive(Debug, Clone)]
pub struct PasswordResetMail {
    /// The center.
    pub center: String,
    /// The link.
    pub url: String,
    /// Until when it works, in the center's zone.
    pub until: String,
}

crate::mail_templates!(PasswordResetMail: "emails/password_reset/subject.txt", "emails/password_reset/body.txt", "emails/password_reset/body.html");

impl PasswordResetMail {
    /// For the preview.
    pub fn sample() -> Self {
        let center = "Elevate Addiction Services".to_owned();
        Self { center, url: "https://intake.example.org/staff/password?token=sample".to_owned(), until: "2:35 pm PST".to_owned() }
    }
}

/// Address and mail; `None` if the link was used, its time is over, or the account is shut.
pub async fn write(
    conn: &mut Connection,
    keys: &Keys,
    (message, member): (MessageId, MemberId),
    (base_url, center, zone): (&str, &str, Tz),
) -> anyhow::Result<Option<(String, PasswordResetMail)>> {
    let token = links::token(keys, message).context("no link could be made")?;
    let stored = token.stored(keys, TokenPurpose::Reset)?;
    let Some((to, until)) = store::letter(conn, member, &stored).await? else { return Ok(None) };
    let url = format!("{base_url}/staff/password?token={}", token.text());
    let until = until.with_timezone(&zone).format("%-I:%M %P %Z").to_string();
    Ok(Some((to, PasswordResetMail { center: center.to_owned(), url, until })))
}
