//! What every handler and use case may reach: connections, settings, mailer, keys. No feature in here.

pub mod remembered;
pub mod startup;

use std::pin::Pin;
use std::sync::Arc;

use diesel::QueryResult;

use crate::config::Config;
use crate::db::{Connection, Pool};
use crate::mail::Mailer;
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::metrics::Metrics;
use crate::values::{MemberId, Modality, Tally};

use remembered::Remembered;

/// Shared by the handlers of one web worker thread; cheap to clone. The pool is that thread's own.
#[derive(Clone)]
pub struct App {
    /// Connections of this worker thread.
    pub pool: Pool,
    /// Settings.
    pub config: Arc<Config>,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// What this process may seal and open.
    pub keys: Arc<Keys>,
    /// Where inquiries wait while Postgres is away.
    pub spool: Arc<Spool>,
    /// What Prometheus may read.
    pub metrics: Arc<Metrics>,
    /// Reads the numbers of the side bar, for pages that stand below the work on leads.
    pub read_rail: ReadRail,
    /// Base URL of this installation, without a trailing slash: the configured one, or the chosen address.
    pub base_url: Arc<str>,
    /// Figures that every page shows.
    pub remembered: Arc<Remembered>,
}

/// What stands in the side bar beside the entries of who works with leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rail {
    /// Open leads nobody holds back.
    pub queue: Tally,
    /// Those the reader holds.
    pub mine: Tally,
    /// Those nobody holds.
    pub unclaimed: Tally,
    /// Promises to get in touch that are due today or late.
    pub follow_ups: Tally,
    /// Suspected spam that waits for a person.
    pub quarantine: Tally,
    /// Open places of each kind of program.
    pub places: Vec<(Modality, i64)>,
}

/// Reads the side bar for one member, at the moment it is called: a fixed number of statements.
pub type ReadRail = for<'a> fn(&'a mut Connection, &'a App, MemberId) -> RailRead<'a>;

/// The numbers on their way.
pub type RailRead<'a> = Pin<Box<dyn Future<Output = QueryResult<Rail>> + Send + 'a>>;
