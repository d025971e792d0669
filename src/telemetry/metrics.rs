//! Figures for Prometheus: counts, ages and times of the process itself. Labels are routes, codes and states of ours; nothing of a
//! person, no address, no reference.

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::db::commits;

/// Seconds; a form that answers within the first few is well.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SideLabels {
    side: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SubmissionLabels {
    channel: String,
    verdict: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taken at face value.
    Taken,
    /// Taken, and held in quarantine.
    Quarantined,
    /// Fields need another look; nothing was stored.
    FieldErrors,
    /// Neither database nor disk took it.
    NotStored,
}

impl Verdict {
    const fn code(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Quarantined => "quarantined",
            Self::FieldErrors => "field_errors",
            Self::NotStored => "not_stored",
        }
    }
}

/// What is asked of the database and the folders when somebody scrapes.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The database answered.
    pub database_up: bool,
    /// How far this machine's clock is from the database's.
    pub clock_difference_seconds: f64,
    /// Age of the oldest mail that is not settled.
    pub outbox_oldest_seconds: f64,
    /// No mail is sent until somebody releases the hold.
    pub outbox_on_hold: bool,
    /// Mails by state, by its code.
    pub outbox: Vec<(&'static str, i64)>,
    /// Open leads past their promised time without a first attempt.
    pub leads_overdue: i64,
    /// By how much the oldest of them is late.
    pub leads_overdue_oldest_seconds: f64,
    /// Inquiries the public role sealed that the worker has not adopted.
    pub unadopted: i64,
    /// Audit rows the worker has not linked.
    pub audit_unlinked: i64,
    /// Waiting in the spool.
    pub spool: u64,
    /// Of these, set aside.
    pub spool_set_aside: u64,
    /// Connections of all pools: most, open, idle, and requests that wait for one.
    pub pool: [i64; 4],
    /// Envelopes sealed, opened, and failures of either.
    pub sealing: [u64; 4],
    /// Connections that were given back because they led to a former primary.
    pub former_primary: u64,
    /// Lines of the log that nobody took.
    pub log_dropped: u64,
}

type Seconds = Gauge<f64, AtomicU64>;
type Count = Gauge<i64, AtomicI64>;

/// The registry of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<SideLabels, Histogram>,
    submissions: Family<SubmissionLabels, Counter>,
    spooled: Counter,
    drained: Counter,
    database_up: Count,
    clock: Seconds,
    outbox_oldest: Seconds,
    outbox_on_hold: Count,
    outbox: Family<StateLabels, Count>,
    overdue: Count,
    overdue_oldest: Seconds,
    unadopted: Count,
    unlinked: Count,
    spool: Family<StateLabels, Count>,
    pool: Family<StateLabels, Count>,
    sealing: Family<StateLabels, Count>,
    former_primary: Count,
    commits_waiting: Seconds,
    log_dropped: Count,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("intake");
        let mut metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            submissions: Family::default(),
            spooled: Counter::default(),
            drained: Counter::default(),
            database_up: Count::default(),
            clock: Seconds::default(),
            outbox_oldest: Seconds::default(),
            outbox_on_hold: Count::default(),
            outbox: Family::default(),
            overdue: Count::default(),
            overdue_oldest: Seconds::default(),
            unadopted: Count::default(),
            unlinked: Count::default(),
            spool: Family::default(),
            pool: Family::default(),
            sealing: Family::default(),
            former_primary: Count::default(),
            commits_waiting: Seconds::default(),
            log_dropped: Count::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        metrics.registry = registry;
        metrics
    }
}

impl Metrics {
    fn register(&self, to: &mut Registry) {
        to.register("http_requests", "Answered requests", self.requests.clone());
        to.register_with_unit(
            "http_request_duration",
            "Time to answer, by side of the house",
            Unit::Seconds,
            self.durations.clone(),
        );
        to.register("submissions", "Submissions by what became of them", self.submissions.clone());
        to.register("spooled", "Submissions kept on the disk because the database was away", self.spooled.clone());
        to.register("spool_drained", "Submissions brought from the disk into the database", self.drained.clone());
        to.register("spool_inquiries", "Inquiries on the disk of this machine", self.spool.clone());
        to.register("database_up", "1 if the database answers", self.database_up.clone());
        to.register_with_unit("database_clock_difference", "This machine against the database", Unit::Seconds, self.clock.clone());
        to.register_with_unit(
            "outbox_oldest",
            "Age of the oldest mail that is not settled",
            Unit::Seconds,
            self.outbox_oldest.clone(),
        );
        to.register("outbox_on_hold", "1 while no mail is sent until the hold is released", self.outbox_on_hold.clone());
        to.register("outbox_messages", "Mails by state", self.outbox.clone());
        to.register("leads_overdue", "Open leads past their promised time without an attempt", self.overdue.clone());
        to.register_with_unit("leads_overdue_oldest", "By how much the oldest is late", Unit::Seconds, self.overdue_oldest.clone());
        to.register("inquiries_unadopted", "Sealed by the public role and not adopted yet", self.unadopted.clone());
        to.register("audit_unlinked", "Audit rows that are not linked yet", self.unlinked.clone());
        to.register("pool_connections", "Database connections of this process", self.pool.clone());
        to.register("sealing_operations", "Envelopes sealed and opened since the start, and failures", self.sealing.clone());
        to.register("log_lines_dropped", "Lines of the log that were dropped: it was full or stuck", self.log_dropped.clone());
        to.register_with_unit(
            "commits_waiting",
            "For how long commits have waited for a standby that does not answer; 0 if none does",
            Unit::Seconds,
            self.commits_waiting.clone(),
        );
        to.register("database_former_primary", "Connections refused: they led to a former primary", self.former_primary.clone());
    }

    /// Counts an answer. `route` is the pattern, never the path.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let side = if route.starts_with("/staff") { "staff" } else { "public" };
        self.durations.get_or_create(&SideLabels { side: side.to_owned() }).observe(took.as_secs_f64());
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
        // A method may be any word a stranger makes up; each would be a figure of its own for ever.
        let method = known.into_iter().find(|known| *known == method).unwrap_or("other");
        let labels = RequestLabels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a submission.
    pub fn submitted(&self, channel: &str, verdict: Verdict) {
        let labels = SubmissionLabels { channel: channel.to_owned(), verdict: verdict.code().to_owned() };
        self.submissions.get_or_create(&labels).inc();
    }

    /// Counts a submission that went to the disk.
    pub fn spooled(&self) {
        self.spooled.inc();
    }

    /// Counts submissions that came from the disk into the database.
    pub fn drained(&self, count: usize) {
        self.drained.inc_by(count as u64);
    }

    /// The text Prometheus reads, with what was read just now.
    pub fn text(&self, reading: &Reading) -> Result<String, std::fmt::Error> {
        self.database_up.set(i64::from(reading.database_up));
        self.clock.set(reading.clock_difference_seconds);
        self.outbox_oldest.set(reading.outbox_oldest_seconds);
        self.outbox_on_hold.set(i64::from(reading.outbox_on_hold));
        self.overdue.set(reading.leads_overdue);
        self.overdue_oldest.set(reading.leads_overdue_oldest_seconds);
        self.unadopted.set(reading.unadopted);
        self.unlinked.set(reading.audit_unlinked);
        for (state, count) in &reading.outbox {
            set(&self.outbox, state, *count);
        }
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        set(&self.spool, "waiting", signed(reading.spool - reading.spool_set_aside.min(reading.spool)));
        set(&self.spool, "set_aside", signed(reading.spool_set_aside));
        for (state, count) in ["most", "open", "idle", "awaited"].into_iter().zip(reading.pool) {
            set(&self.pool, state, count);
        }
        for (state, count) in ["sealed", "opened", "seal_failed", "open_failed"].into_iter().zip(reading.sealing) {
            set(&self.sealing, state, signed(count));
        }
        self.commits_waiting.set(commits::waiting_since().map_or(0.0, |since| since.elapsed().as_secs_f64()));
        self.former_primary.set(signed(reading.former_primary));
        self.log_dropped.set(signed(reading.log_dropped));
        let mut text = String::with_capacity(8_192);
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn set(family: &Family<StateLabels, Count>, state: &str, value: i64) {
    family.get_or_create(&StateLabels { state: state.to_owned() }).set(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_holds_routes_and_verdicts_and_what_was_read() {
        let metrics = Metrics::default();
        metrics.answered("POST", "/inquiries", 303, Duration::from_millis(7));
        metrics.answered("GET", "/staff/leads/{reference}", 200, Duration::from_millis(70));
        metrics.submitted("web_form", Verdict::Quarantined);
        metrics.spooled();
        let text =
            metrics.text(&Reading { spool: 3, spool_set_aside: 1, outbox: vec![("queued", 4)], ..Reading::default() }).unwrap();
        for line in [
            "intake_http_requests_total{method=\"POST\",route=\"/inquiries\",status=\"303\"} 1",
            "intake_http_request_duration_seconds_count{side=\"staff\"} 1",
            "intake_submissions_total{channel=\"web_form\",verdict=\"quarantined\"} 1",
            "intake_spooled_total 1",
            "intake_spool_inquiries{state=\"waiting\"} 2",
            "intake_outbox_messages{state=\"queued\"} 4",
            "intake_database_up 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
    }
}
