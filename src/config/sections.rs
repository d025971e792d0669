//! The typed settings. Unknown keys are an error that names them.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono_tz::Tz;
use ipnet::IpNet;

use super::{ClientAddressHeader, PreScreen, RoutingRules};
use crate::values::Private;

/// Everything Intake was told, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `development` or `production`.
    pub environment: Environment,
    /// Where Intake keeps what is not in the database: `postgres/`, `keys/`, `mail/`, `spool/`.
    pub data_dir: PathBuf,
    /// The settings as administrators may see them.
    pub shown: Vec<super::Shown>,
    /// Web server.
    pub http: Http,
    /// Postgres.
    pub database: Database,
    /// Outgoing mail.
    pub mail: Mail,
    /// Who is told, and when.
    pub notify: Notify,
    /// Key files.
    pub keys: KeyFiles,
    /// Sign-in.
    pub security: Security,
    /// Bursts.
    pub limits: Limits,
    /// Where inquiries wait while Postgres is away.
    pub spool: Spool,
    /// The center itself.
    pub facility: Facility,
    /// How leads are worked.
    pub leads: Leads,
    /// How long records are kept.
    pub retention: Retention,
    /// Pages of others that may frame the form.
    pub embed: Embed,
    /// The questions of the assessment's pre-screen.
    pub pre_screen: PreScreen,
    /// What suggests a program.
    pub rules: RoutingRules,
}

/// Which set of refusals holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Starts with no configuration at all.
    Development,
    /// Refuses to start half-configured.
    Production,
}

/// Web server.
#[derive(Debug, Clone)]
pub struct Http {
    /// Address to listen on; port 0 picks one.
    pub bind: SocketAddr,
    /// Used in mails, cookies and the origin check, without a trailing slash. `None`: the chosen address.
    pub public_url: Option<String>,
    /// Networks whose word on where a request comes from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The one header in which they say it.
    pub client_address_header: ClientAddressHeader,
    /// Prometheus metrics; off unless set.
    pub metrics_bind: Option<SocketAddr>,
    /// Adds `includeSubDomains` to HSTS.
    pub hsts_subdomains: bool,
    /// How long `/readyz` is red before a stopping process takes no new connection.
    pub notice_seconds: u64,
    /// Worker threads; 0 means one per core.
    pub workers: usize,
}

/// Postgres.
#[derive(Debug, Clone)]
pub struct Database {
    /// Postgres to use. `None`: Intake runs its own, private one.
    pub url: Option<Private<String>>,
    /// Owner role for migrations; `None`: the same as `url`.
    pub migration_url: Option<Private<String>>,
    /// The role of `serve --role public`, which migrations give the least it needs.
    pub public_role: Option<String>,
    /// `serve` applies pending migrations.
    pub auto_migrate: bool,
    /// A host of the database that does not answer within so many seconds is given up, unless the URL says otherwise.
    pub connect_timeout_seconds: u64,
    /// Connections per web worker thread.
    pub pool_size: usize,
    /// Start although the server is not durable (`fsync`, `full_page_writes`, `synchronous_commit`).
    pub allow_unsafe_durability: bool,
}

/// Outgoing mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// `smtp://`, `smtps://`, `smtp://…?tls=required`. `None`: `.eml` files under the data directory.
    pub smtp_url: Option<Private<String>>,
    /// Sender.
    pub from: String,
    /// A message that could not be handed over for so many hours is dead.
    pub give_up_after_hours: u32,
}

/// Who is told, and when.
#[derive(Debug, Clone)]
pub struct Notify {
    /// Extra addresses told of each new inquiry, beside staff who subscribed.
    pub recipients: Vec<String>,
    /// First contact is promised within so many minutes, inside staffed hours.
    pub promise_minutes: u32,
    /// What is undelivered or unclaimed so long is escalated.
    pub escalate_after_minutes: u32,
    /// Above this, one mail stands for many.
    pub collapse_above_per_minute: u32,
}

/// Key files.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    /// Opens and seals; mode 0600.
    pub private_file: PathBuf,
    /// Seals only.
    pub public_file: PathBuf,
}

/// Sign-in.
#[derive(Debug, Clone)]
pub struct Security {
    /// A second factor is required for every staff page.
    pub require_mfa: bool,
    /// Automatic log-off after so many idle minutes (15 to 30).
    pub idle_minutes: u32,
    /// A session ends after so many hours, idle or not.
    pub session_hours: u32,
}

/// Bursts; what exceeds them is stored, as quarantined.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Per address; 0 turns both limits off.
    pub inquiries_per_minute: u32,
    /// Over all addresses.
    pub total_per_minute: u32,
}

/// Where inquiries wait while Postgres is away: `spool/` under the data directory.
#[derive(Debug, Clone)]
pub struct Spool {
    /// Largest size of the spool.
    pub max_megabytes: u64,
}

/// The center itself.
#[derive(Debug, Clone)]
pub struct Facility {
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// The number people call, as shown.
    pub phone: String,
    /// True if `phone` is the example of the development settings: the form then marks it so.
    pub phone_is_example: bool,
    /// Zone of all times in HTML.
    pub time_zone: Tz,
    /// E.g. `Mon-Sun 07:00-21:00`; `None`: not said, so the form promises no minutes.
    pub staffed_hours: Option<StaffedHours>,
    /// First part of a lead's reference.
    pub reference_prefix: String,
}

/// Weekly hours in the facility's zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffedHours {
    /// Spans as minutes since midnight, per weekday, Monday first. `1440` is midnight at the end of the day.
    pub days: [Vec<(u16, u16)>; 7],
    /// Days on which nobody is there.
    pub holidays: Vec<Holiday>,
}

/// A day on which nobody is there: once, or every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// One day.
    On(chrono::NaiveDate),
    /// Month and day of every year.
    Yearly(u32, u32),
}

/// How leads are worked.
#[derive(Debug, Clone)]
pub struct Leads {
    /// A claim lapses after so many minutes without activity.
    pub lease_minutes: u32,
    /// When to try again: e.g. `0m, 1h, 4h, next-morning, 3d, 7d`.
    pub cadence: Vec<CadenceStep>,
    /// When nobody is called, by the person's own clock.
    pub quiet_hours: Option<QuietHours>,
    /// A place is kept so many days after the day of admission that was set.
    pub place_kept_days: u32,
}

/// How long records are kept, in days; 0 keeps a class for good. Leads count from the day they closed, quarantined ones from the day they
/// were received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Leads that ended as admitted.
    pub admitted_days: u32,
    /// Leads that ended as lost.
    pub lost_days: u32,
    /// Leads that were declined.
    pub declined_days: u32,
    /// Leads that were referred out.
    pub referred_out_days: u32,
    /// Leads that were invalid, but for spam.
    pub invalid_days: u32,
    /// Leads a person closed as spam.
    pub spam_days: u32,
    /// Leads in quarantine that no one released or closed.
    pub quarantined_days: u32,
    /// Traces of mails that are settled.
    pub mails_days: u32,
    /// Drafts of notes and calls nobody came back to.
    pub drafts_days: u32,
    /// More than this share of all leads is not erased without a person saying so.
    pub most_at_once_percent: u32,
}

/// Hours at which nobody is called, as minutes of a local day; they may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// First quiet minute.
    pub from: u16,
    /// First minute that is not.
    pub to: u16,
}

/// One step of the follow-up cadence, counted from the inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadenceStep {
    /// So many minutes after.
    Minutes(u32),
    /// The next morning at the start of staffed hours (09:00 if not said).
    NextMorning,
    /// So many days after.
    Days(u32),
}

/// Pages of others that may frame the form.
#[derive(Debug, Clone)]
pub struct Embed {
    /// Exact `https://` origins.
    pub allowed_origins: Vec<String>,
}
