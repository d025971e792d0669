//! `intake mail-preview`: every mail with sample values, as `.eml` and `.html`, to look at.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::Config;
use crate::enrollment::acknowledgement::emails::AcknowledgementMail;
use crate::files;
use crate::leads::notice::emails::{EscalationMail, ManyInquiriesMail, ManyWaitingMail, NewInquiryMail};
use crate::mail::{Content, Email, Mailer, Verdict};
use crate::reports::weekly::emails::WeeklyMail;
use crate::staff::forgotten::emails::PasswordResetMail;
use crate::staff::invitations::emails::InvitationMail;
use crate::staff::test_mail::emails::TestMail;
use crate::values::{EmailAddress, Language};

/// Where to write.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; made if missing.
    #[arg(long, default_value = "mail-preview")]
    out: PathBuf,
}

/// Writes the mails and says where.
pub async fn run(args: Args, _config: Config) -> anyhow::Result<()> {
    let count = write(&args.out).await?;
    println!("{count} mails written to {}", args.out.display());
    Ok(())
}

/// Writes every mail into `folder`. Returns how many there are.
async fn write(folder: &Path) -> anyhow::Result<usize> {
    let mailer = Mailer::folder("Elevate admissions <hello@example.org>", folder)?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mails = samples()?;
    let count = mails.len();
    for (name, content) in mails {
        let page = folder.join(format!("{name}.html"));
        files::replace(&page, 0o644, content.html.as_bytes()).with_context(|| format!("cannot write {}", page.display()))?;
        let to = EmailAddress::parse("somebody@example.org")?;
        let Content { subject, text, html } = content;
        let to_inquirer = name.starts_with("acknowledgement");
        let verdict = mailer.send(&Email { to, subject, text, html, message_id: name.to_owned(), to_inquirer }).await;
        anyhow::ensure!(verdict == Verdict::Sent, "cannot write {name}.eml into {}", folder.display());
    }
    Ok(count)
}

fn samples() -> askama::Result<Vec<(&'static str, Content)>> {
    Ok(vec![
        ("new-inquiry", NewInquiryMail::sample().render()?),
        ("many-inquiries", ManyInquiriesMail::sample().render()?),
        ("many-waiting", ManyWaitingMail::sample().render()?),
        ("escalation", EscalationMail::sample().render()?),
        ("invitation", InvitationMail::sample().render()?),
        ("password-reset", PasswordResetMail::sample().render()?),
        ("weekly-summary", WeeklyMail::sample().render()?),
        ("test-mail", TestMail::sample().render()?),
        ("acknowledgement-en", AcknowledgementMail::sample(Language::English).render()?),
        ("acknowledgement-es", AcknowledgementMail::sample(Language::Spanish).render()?),
    ])
}
