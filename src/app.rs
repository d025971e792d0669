//! What every handler and use case may reach: connections, settings, mailer, keys. No feature in here.

use std::sync::Arc;

use crate::config::Config;
use crate::db::Pool;
use crate::mail::Mailer;
use crate::sealing::Keys;
use crate::spool::Spool;
use crate::telemetry::metrics::Metrics;

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
    /// Base URL of this installation, without a trailing slash: the configured one, or the chosen address.
    pub base_url: Arc<str>,
}
