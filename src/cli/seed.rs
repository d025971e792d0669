//! `intake seed`: a believable month of plainly fictional people, with the programs and the staff to work them.

use std::io::{IsTerminal, Read};
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::Utc;
use rand::RngExt;
use serde_json::json;

use super::database::{self, Database};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::config::{Config, Environment};
use crate::db::Connection;
use crate::leads::seed::{Setting, plant};
use crate::programs::{self, NewLocation, NewProgram};
use crate::sealing::{self, KeyRole, Keys};
use crate::staff::administer::{self, Addition};
use crate::staff::password::hash;
use crate::staff::store::NewMember;
use crate::values::{Language, MemberId, Modality, ProgramId, Role};

/// How much, and whose chance.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many leads.
    #[arg(long)]
    leads: usize,
    /// Over how many days back closed leads are spread.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(3..=3650))]
    days: u32,
    /// The same seed makes the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Read the password of the demonstration accounts from standard input; one trailing newline is dropped.
    #[arg(long)]
    password_stdin: bool,
}

/// The demonstration accounts: address, name, roles, clinical review.
const STAFF: [(&str, &str, &[Role], bool); 3] = [
    ("nadia@example.org", "Nadia Osei", &[Role::Coordinator, Role::Manager], true),
    ("ben@example.org", "Ben Castellano", &[Role::Coordinator], false),
    ("ruth@example.org", "Ruth Lindqvist", &[Role::Coordinator, Role::Manager, Role::Administrator], true),
];

/// Makes the data.
pub async fn run(args: Args, config: Config) -> anyhow::Result<()> {
    if config.environment == Environment::Production {
        bail!("demonstration data is refused in production (INTAKE_ENV=production)");
    }
    let database = database::open_ready(&config).await?;
    let outcome = seed(&args, &config, &database).await;
    let closed = database.finish().await;
    outcome.and(closed)
}

async fn seed(args: &Args, config: &Config, database: &Database) -> anyhow::Result<()> {
    let keys = Arc::new(Keys::load_or_init(&config.keys, KeyRole::Open)?);
    let mut conn = database.connect().await?;
    sealing::check::verify_or_register(&mut conn, &keys).await?;
    if crate::staff::store::by_email(&mut conn, STAFF[0].0).await?.is_some() {
        bail!("this database holds demonstration data already: remove the data folder, or use another database, to seed anew");
    }
    let (password, chosen) = password(args)?;
    let members = staff(&mut conn, &keys, &password).await?;
    let programs = places(&mut conn).await?;
    let setting = Setting {
        keys: &keys,
        prefix: &config.facility.reference_prefix,
        members: &members,
        programs: &programs,
        promise_minutes: config.notify.promise_minutes,
        lease_minutes: config.leads.lease_minutes,
        days: args.days,
        now: Utc::now(),
    };
    let planted = plant(&mut conn, &setting, (args.leads, args.seed), progress(args.leads)).await?;
    let details =
        json!({ "leads": planted.leads, "entries": planted.entries, "follow_ups": planted.follow_ups, "seed": args.seed });
    audit::record(&mut conn, &Event::new(Actor::Command, Action::Seeded, Subject::None).with(details)).await?;
    println!("{} leads, {} lines of timelines, {} follow-ups", planted.leads, planted.entries, planted.follow_ups);
    for (email, name, roles, _) in STAFF {
        println!("{email}  {name}, {}", roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(", "));
    }
    if !chosen {
        println!("their password, shown this once: {password}");
    }
    Ok(())
}

/// The password, and whether somebody chose it.
fn password(args: &Args) -> anyhow::Result<(String, bool)> {
    if !args.password_stdin {
        let mut rng = rand::rng();
        let letters: String = (0..24).map(|_| char::from(b'a' + rng.random_range(0..26_u8))).collect();
        return Ok((letters, false));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read the password from standard input")?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok((text.strip_suffix('\r').unwrap_or(text).to_owned(), true))
}

async fn staff(conn: &mut Connection, keys: &Arc<Keys>, password: &str) -> anyhow::Result<Vec<MemberId>> {
    let mut members = Vec::with_capacity(STAFF.len());
    for (email, name, roles, clinical_review) in STAFF {
        let password_hash = hash::hash(keys, password).await?;
        let new =
            NewMember { email: email.to_owned(), name: name.to_owned(), roles: roles.to_vec(), clinical_review, password_hash };
        match administer::add(conn, Actor::Command, &new).await? {
            Addition::Added(id) => members.push(id),
            Addition::AddressTaken => bail!("there is an account with the address {email} already: nothing more was made"),
        }
    }
    Ok(members)
}

/// The first set of locations and programs; those of the same name are taken as they are.
async fn places(conn: &mut Connection) -> anyhow::Result<Vec<(ProgramId, Modality)>> {
    let wanted = [
        ("Watsonville House", "Watsonville", Modality::Inpatient, "Residential", 24, &[][..]),
        ("Santa Cruz Office", "Santa Cruz", Modality::Outpatient, "Evening group", 30, &[][..]),
        ("Santa Cruz Office", "Santa Cruz", Modality::Outpatient, "Day program", 16, &[][..]),
        ("Online", "", Modality::Telehealth, "Online groups", 40, &["CA", "NV"][..]),
    ];
    let have = programs::store::open_programs(conn).await?;
    if !have.is_empty() {
        return Ok(have.into_iter().map(|program| (program.id, program.modality)).collect());
    }
    let mut made = Vec::with_capacity(wanted.len());
    for (place, city, modality, name, capacity, states) in wanted {
        let known = programs::store::open_locations(conn).await?.into_iter().find(|location| location.name == place);
        let location = if let Some(location) = known {
            location.id
        } else {
            let new =
                NewLocation { name: place.to_owned(), city: city.to_owned(), state: "CA".to_owned(), ..NewLocation::default() };
            programs::store::add_location(conn, &new).await?
        };
        let licensed_states = states.iter().map(|state| (*state).to_owned()).collect();
        let languages = vec![Language::English, Language::Spanish];
        let new =
            NewProgram { location, name: name.to_owned(), modality, capacity, licensed_states, languages, payers: Vec::new() };
        made.push((programs::store::add_program(conn, &new).await?, modality));
    }
    Ok(made)
}

/// Says how far it is, on a terminal alone.
fn progress(all: usize) -> impl FnMut(usize) {
    let shown = std::io::stderr().is_terminal();
    move |done| {
        if shown {
            let end = if done >= all { "\n" } else { "" };
            eprint!("\r{done} of {all} leads{end}");
        }
    }
}
