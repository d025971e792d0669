//! From an outbox message to a mail: whom, what; and from the server's verdict back to the outbox.

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::Connection;
use crate::enrollment::acknowledgement::{self, emails::AcknowledgementMail};
use crate::inquiries::Contact;
use crate::leads::notice::{self, emails};
use crate::leads::stopping;
use crate::mail::{Content, Email, Verdict};
use crate::outbox::{self, Message, MessageKind, NextTry, Recipient, Settlement};
use crate::reports;
use crate::sealing::DigestPurpose;
use crate::staff;
use crate::staff::test_mail::emails::TestMail;
use crate::values::{EmailAddress, InvitationId, MemberId};

/// A mail, or the reason why there is nobody to send it to.
pub(super) enum Post {
    /// To be sent.
    Mail(Box<Email>),
    /// Nobody.
    Nobody(&'static str),
}

/// Writes the one mail that stands for `messages`: they have one recipient, and are many only for new inquiries and escalations.
pub(super) async fn write(app: &App, conn: &mut Connection, messages: &[Message], now: DateTime<Utc>) -> anyhow::Result<Post> {
    let Some(first) = messages.iter().min_by_key(|message| message.id) else { return Ok(Post::Nobody("empty")) };
    if let Recipient::Member(member) = first.recipient
        && !first.kind.gathers()
    {
        return letter(app, conn, first, member).await;
    }
    match first.recipient {
        Recipient::Invited(invitation) => invite(app, conn, first, invitation).await,
        Recipient::Member(member) if quiet(app, conn, first, member, now).await? => Ok(Post::Nobody("quiet")),
        Recipient::Inquirer => acknowledge(app, conn, first).await,
        Recipient::Member(member) => match member_address(conn, member).await? {
            Some(to) => notify(app, conn, first, messages.len(), to, now).await,
            None => Ok(Post::Nobody("member")),
        },
        Recipient::Configured(digest) => {
            let address = outbox::address_of(&app.keys, &app.config.notify.recipients, &digest)?;
            match address.and_then(|address| EmailAddress::parse(address).ok()) {
                Some(to) => notify(app, conn, first, messages.len(), to, now).await,
                None => Ok(Post::Nobody("configuration")),
            }
        }
    }
}

/// A new inquiry within the hours in which this member wants no mail, and somebody else is told of it.
async fn quiet(app: &App, conn: &mut Connection, first: &Message, member: MemberId, now: DateTime<Utc>) -> anyhow::Result<bool> {
    let (MessageKind::NewInquiry, Some(inquiry)) = (first.kind, first.inquiry) else { return Ok(false) };
    let local = now.with_timezone(&app.config.facility.time_zone);
    Ok(staff::quiet::spares(conn, member, inquiry, &local.time()).await?)
}

/// An invitation.
async fn invite(app: &App, conn: &mut Connection, message: &Message, invitation: InvitationId) -> anyhow::Result<Post> {
    let facility = &app.config.facility;
    let about = (&*app.base_url, facility.name.as_str(), facility.time_zone);
    match staff::invitations::emails::write(conn, &app.keys, (message.id, invitation), about).await? {
        Some((to, mail)) => Ok(to_account(message, &to, mail.render()?)),
        None => Ok(Post::Nobody("invitation")),
    }
}

/// A mail to a member about their own account.
async fn letter(app: &App, conn: &mut Connection, message: &Message, member: MemberId) -> anyhow::Result<Post> {
    if message.kind == MessageKind::PasswordReset {
        let facility = &app.config.facility;
        let about = (&*app.base_url, facility.name.as_str(), facility.time_zone);
        return match staff::forgotten::emails::write(conn, &app.keys, (message.id, member), about).await? {
            Some((to, mail)) => Ok(to_account(message, &to, mail.render()?)),
            None => Ok(Post::Nobody("link")),
        };
    }
    if message.kind == MessageKind::WeeklySummary {
        let about = (&*app.base_url, &*app.config);
        return match reports::weekly::emails::write(conn, member, about, message.created_at).await? {
            Some((to, mail)) => Ok(to_account(message, &to, mail.render()?)),
            None => Ok(Post::Nobody("subscription")),
        };
    }
    match staff::store::open_address(conn, member).await? {
        Some(to) => Ok(to_account(message, &to, TestMail::new(&app.config.facility.name, &app.base_url).render()?)),
        None => Ok(Post::Nobody("member")),
    }
}

fn to_account(message: &Message, to: &str, content: Content) -> Post {
    EmailAddress::parse(to).map_or(Post::Nobody("address"), |to| addressed(message, "", to, content))
}

async fn member_address(conn: &mut Connection, member: MemberId) -> anyhow::Result<Option<EmailAddress>> {
    let address = staff::store::notified_address(conn, member).await?;
    Ok(address.and_then(|address| EmailAddress::parse(&address).ok()))
}

async fn notify(
    app: &App,
    conn: &mut Connection,
    first: &Message,
    count: usize,
    to: EmailAddress,
    now: DateTime<Utc>,
) -> anyhow::Result<Post> {
    if count > 1 {
        let content = match first.kind {
            MessageKind::Escalation => emails::ManyWaitingMail::new(count, &app.base_url).render()?,
            MessageKind::NewInquiry
            | MessageKind::Acknowledgement
            | MessageKind::Invitation
            | MessageKind::PasswordReset
            | MessageKind::TestMail
            | MessageKind::WeeklySummary => emails::ManyInquiriesMail::new(count, &app.base_url).render()?,
        };
        return Ok(addressed(first, "-all", to, content));
    }
    let lead = first.lead.context("a message to staff names its lead")?;
    let Some(facts) = notice::facts(conn, lead).await? else { return Ok(Post::Nobody("lead")) };
    let zone = app.config.facility.time_zone;
    let content = match first.kind {
        MessageKind::Escalation => emails::EscalationMail::new(&facts, &app.base_url, zone, now).render()?,
        MessageKind::NewInquiry
        | MessageKind::Acknowledgement
        | MessageKind::Invitation
        | MessageKind::PasswordReset
        | MessageKind::TestMail
        | MessageKind::WeeklySummary => emails::NewInquiryMail::new(&facts, &app.base_url, zone, now).render()?,
    };
    Ok(addressed(first, "", to, content))
}

async fn acknowledge(app: &App, conn: &mut Connection, message: &Message) -> anyhow::Result<Post> {
    let id = message.inquiry.context("an acknowledgement names its inquiry")?;
    let Some(inquiry) = acknowledgement::inquiry(conn, id).await? else { return Ok(Post::Nobody("inquiry")) };
    if inquiry.stopped {
        return Ok(Post::Nobody("stopped"));
    }
    if inquiry.held {
        return Ok(Post::Nobody("quarantined"));
    }
    let contact: Contact = app.keys.open(id.uuid(), &inquiry.contact)?;
    if stopping::suppressed_since(conn, &app.keys, &contact).await?.is_some() {
        return Ok(Post::Nobody("stopped"));
    }
    let Some(to) = contact.email else { return Ok(Post::Nobody("address")) };
    let parts = [b"acknowledged today".as_slice(), &to.reveal().to_lowercase().into_bytes()];
    let digest = app.keys.digest(DigestPurpose::Suppression, &parts)?;
    if !outbox::store::reserve_acknowledgement(conn, message.id, digest).await? {
        return Ok(Post::Nobody("today"));
    }
    let content = AcknowledgementMail::new(inquiry.language, &inquiry.receipt, &app.config.facility.phone).render()?;
    Ok(addressed(message, "", to, content))
}

fn addressed(message: &Message, suffix: &str, to: EmailAddress, content: Content) -> Post {
    let Content { subject, text, html } = content;
    let message_id = format!("{}{suffix}", message.id);
    Post::Mail(Box::new(Email { to, subject, text, html, message_id, to_inquirer: message.recipient == Recipient::Inquirer }))
}

/// What becomes of messages after a try that ended with `verdict`.
pub(super) fn settlement(app: &App, messages: &[Message], verdict: &Verdict, now: DateTime<Utc>) -> Settlement {
    match verdict {
        Verdict::Sent => Settlement::Accepted,
        Verdict::NeverRetry(reply) => Settlement::Bounced { code: reply.code().to_owned() },
        Verdict::RetryLater(reply) => later(app, messages, reply.code(), now),
    }
}

/// Again later, or never again if it has waited too long.
pub(super) fn later(app: &App, messages: &[Message], code: &str, now: DateTime<Utc>) -> Settlement {
    let attempts = messages.iter().map(|message| message.attempts).max().unwrap_or(1);
    let age = messages.iter().map(|message| (now - message.created_at).num_seconds()).min().unwrap_or(0);
    match outbox::next_try(attempts, age, app.config.mail.give_up_after_hours, rand::random()) {
        NextTry::After(after_seconds) => Settlement::Deferred { after_seconds, code: code.to_owned() },
        NextTry::GiveUp => Settlement::Dead { code: code.to_owned() },
    }
}
