//! `intake staff`: accounts from the command line, also before any administrator exists.

use std::io::Read;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Subcommand;

use super::database::{self, Database};
use crate::audit::Actor;
use crate::config::{Config, Environment};
use crate::db::Connection;
use crate::sealing::{KeyRole, Keys};
use crate::staff::administer::{self, Addition};
use crate::staff::deactivate::{self, Deactivation};
use crate::staff::password::{NewPassword, hash};
use crate::staff::store::{self, Account, NewMember};
use crate::values::{EmailAddress, PersonName, Role, listed};

/// What to do with accounts.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an account, usable at once.
    Add(Add),
    /// List accounts: address, name, roles, state.
    List,
    /// Shut an account; its sessions end at once.
    Disable(Whom),
    /// Set another password; every session of the person ends.
    ResetPassword(WithPassword),
    /// Take a lost second factor away; the person sets up a new one at the next sign-in.
    ResetMfa(Whom),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Address the person signs in with.
    #[arg(long)]
    email: String,
    /// Name as colleagues see it.
    #[arg(long)]
    name: String,
    /// `coordinator`, `manager` or `administrator`; may be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// May accept or decline at the clinical review.
    #[arg(long)]
    clinical_review: bool,
    /// Read the password from standard input; one trailing newline is dropped.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
struct Whom {
    /// Address of the account.
    #[arg(long)]
    email: String,
}

#[derive(Debug, clap::Args)]
struct WithPassword {
    /// Address of the account.
    #[arg(long)]
    email: String,
    /// Read the password from standard input; one trailing newline is dropped.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Does it.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    let database = database::open_ready(&config).await?;
    let only_reads = matches!(args.command, Command::List);
    let outcome = dispatch(args.command, &config, &database).await;
    let closed = if only_reads { database.close().await } else { database.finish().await };
    outcome.and(closed)
}

async fn dispatch(command: Command, config: &Config, database: &Database) -> anyhow::Result<()> {
    let mut conn = database.connect().await?;
    match command {
        Command::Add(add) => make(&mut conn, config, add).await,
        Command::List => list(&mut conn).await,
        Command::Disable(whom) => disable(&mut conn, &whom.email).await,
        Command::ResetPassword(whom) => reset_password(&mut conn, config, &whom.email).await,
        Command::ResetMfa(whom) => reset_mfa(&mut conn, &whom.email).await,
    }
}

async fn make(conn: &mut Connection, config: &Config, add: Add) -> anyhow::Result<()> {
    let Ok(name) = PersonName::parse(&add.name) else {
        let shown = listed(&add.name);
        bail!("--name {shown:?} cannot be a name: give 1 to 200 letters, at most 1,000 characters with all accents and marks")
    };
    let Ok(email) = EmailAddress::parse(&add.email) else {
        bail!("--email {:?} cannot be an address: give name@example.org, at most 320 characters", listed(&add.email))
    };
    let password_hash = new_password(config, &[&add.name, &add.email], false).await?;
    let mut roles = add.roles;
    roles.sort_unstable();
    roles.dedup();
    let new = NewMember {
        email: email.reveal().to_owned(),
        name: name.reveal().trim().to_owned(),
        roles,
        clinical_review: add.clinical_review,
        password_hash,
    };
    match administer::add(conn, Actor::Command, &new).await? {
        Addition::Added(_) => println!("added {}", new.email.to_lowercase()),
        Addition::AddressTaken => bail!("there is an account with the address {} already: see `intake staff list`", new.email),
    }
    Ok(())
}

async fn list(conn: &mut Connection) -> anyhow::Result<()> {
    let accounts = store::list(conn).await?;
    if accounts.is_empty() {
        println!("no accounts yet: make one with `intake staff add`, or open the set-up link that `intake serve` prints");
    }
    for Account { member, second_factor, disabled_at, .. } in accounts {
        let roles = member.roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(",");
        let review = if member.clinical_review { " clinical-review" } else { "" };
        let factor = if second_factor { " second-factor" } else { "" };
        let state = if disabled_at.is_some() { "disabled" } else { "active" };
        println!("{}\t{}\t{roles}{review}\t{state}{factor}", member.email, member.name);
    }
    Ok(())
}

async fn disable(conn: &mut Connection, email: &str) -> anyhow::Result<()> {
    let account = existing(conn, email).await?;
    match deactivate::disable(conn, Actor::Command, account.member.id).await? {
        Deactivation::Done => println!("disabled {}", account.member.email),
        Deactivation::Unchanged => println!("{} was disabled already", account.member.email),
        Deactivation::LastAdministrator => bail!("{email} is the last administrator: make another one first"),
    }
    Ok(())
}

async fn reset_password(conn: &mut Connection, config: &Config, email: &str) -> anyhow::Result<()> {
    let Account { member, second_factor, .. } = existing(conn, email).await?;
    let password_hash = new_password(config, &[&member.name, &member.email], second_factor).await?;
    administer::reset_password(conn, Actor::Command, member.id, &password_hash).await?;
    println!("new password set for {}; every session of theirs is over", member.email);
    Ok(())
}

async fn reset_mfa(conn: &mut Connection, email: &str) -> anyhow::Result<()> {
    let account = existing(conn, email).await?;
    let was_set = administer::reset_second_factor(conn, Actor::Command, account.member.id).await?;
    let words = if was_set { "second factor taken away from" } else { "there was no second factor of" };
    println!("{words} {}", account.member.email);
    Ok(())
}

async fn existing(conn: &mut Connection, email: &str) -> anyhow::Result<Account> {
    store::by_email(conn, email)
        .await?
        .with_context(|| format!("there is no account with the address {email}: see `intake staff list`"))
}

async fn new_password(config: &Config, about: &[&str], second_factor: bool) -> anyhow::Result<String> {
    let raw = tokio::task::spawn_blocking(read_password).await??;
    let about: Vec<&str> = about.iter().copied().chain([config.facility.name.as_str()]).collect();
    let password = NewPassword::parse(&raw, &about, second_factor)
        .map_err(|problem| anyhow::anyhow!("this password cannot be taken: {problem}"))?;
    let keys = match config.environment {
        Environment::Development => Keys::load_or_init(&config.keys, KeyRole::Open)?,
        Environment::Production => Keys::load(&config.keys, KeyRole::Open)?,
    };
    Ok(hash::hash(&Arc::new(keys), password.reveal()).await?)
}

/// Standard input, less one newline at its end.
fn read_password() -> anyhow::Result<String> {
    let mut raw = String::new();
    std::io::stdin().take(4_096).read_to_string(&mut raw).context("the password on standard input is not readable text")?;
    let without = raw.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(without.unwrap_or(&raw).to_owned())
}
