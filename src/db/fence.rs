//! Keeps Intake away from a former primary: a server that was replaced by its promoted standby and came back without knowing.
//!
//! A promotion begins a new timeline. Each new connection says which server it reached (the system identifier, which a standby
//! shares with its primary) and on which timeline that writes. A lower timeline than one that was seen before is refused: what
//! is written there is lost when the server is made anew. The highest timelines outlive a restart in a small file. What a process
//! has seen is a fact about the world, not a setting, so it is kept once for the whole process, whoever connects.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use std::{fs, io};

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::Connection;
use crate::files;

static SEEN: Mutex<Seen> = Mutex::new(Seen { highest: BTreeMap::new(), file: None, raised: None });
static REFUSED: AtomicU64 = AtomicU64::new(0);
static STANDS_THERE: AtomicBool = AtomicBool::new(false);
static BLIND: AtomicBool = AtomicBool::new(false);

struct Seen {
    /// By system identifier.
    highest: BTreeMap<i64, i64>,
    file: Option<PathBuf>,
    /// When a known server was last seen on a newer timeline than before.
    raised: Option<Instant>,
}

/// Why a connection was given back.
#[derive(Debug, thiserror::Error)]
#[error(
    "this Postgres is a former primary: it writes on timeline {found}, and timeline {highest} of the same system was in use before; \
     nothing is written here (docs/OPERATING.md, \"A standby\")"
)]
pub(super) struct FormerPrimary {
    found: i64,
    highest: i64,
}

#[derive(QueryableByName)]
struct Whereabouts {
    #[diesel(sql_type = BigInt)]
    system: i64,
    /// None while it follows another server: nobody can write there.
    #[diesel(sql_type = Nullable<Text>)]
    wal_file: Option<String>,
}

/// From now on what is seen is also kept in `folder`, and what was seen before counts.
pub fn remember_in(folder: &Path) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).file = Some(folder.join("timelines"));
}

/// How many connections to a former primary were given back.
pub fn refused() -> u64 {
    REFUSED.load(Ordering::Relaxed)
}

/// Why there is no connection: `former primary` while the last server that answered was one, else `unreachable`.
pub fn why_unreachable() -> &'static str {
    if STANDS_THERE.load(Ordering::Relaxed) { "former primary" } else { "unreachable" }
}

/// A connection made before this moment may lead to a server that is not the primary any more.
pub fn is_outdated(made: Instant) -> bool {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).raised.is_some_and(|raised| made < raised)
}

/// No server of a URL was used, and one of them is a former primary.
pub(super) fn none_but_former_primaries() {
    STANDS_THERE.store(true, Ordering::Relaxed);
}

/// A connection that may be used.
pub(super) struct Admitted {
    pub connection: Connection,
    /// It takes writes, and says so.
    pub is_primary: bool,
}

/// Why a server that let us in is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    FormerPrimary(FormerPrimary),
    #[error("it did not answer the first statement: {0}")]
    Failed(diesel::result::Error),
}

/// Asks a server on which timeline it writes.
pub(super) async fn admit(mut connection: Connection) -> Result<Admitted, Refusal> {
    let is_primary = match whereabouts(&mut connection).await {
        Ok(found) => {
            judge(&found).map_err(|former| {
                REFUSED.fetch_add(1, Ordering::Relaxed);
                tracing::error!(
                    timeline = former.found,
                    highest = former.highest,
                    "refused a former primary: nothing is written there"
                );
                Refusal::FormerPrimary(former)
            })?;
            found.wal_file.is_some()
        }
        // Its pooler or its administrator hides it: as before there was a fence, and said once.
        Err(diesel::result::Error::DatabaseError(..)) => {
            if !BLIND.swap(true, Ordering::Relaxed) {
                tracing::warn!("this Postgres does not say on which timeline it writes: a former primary would not be noticed");
            }
            false
        }
        Err(error) => return Err(Refusal::Failed(error)),
    };
    STANDS_THERE.store(false, Ordering::Relaxed);
    Ok(Admitted { connection, is_primary })
}

/// One short statement; asks no right beyond connecting.
async fn whereabouts(connection: &mut Connection) -> diesel::QueryResult<Whereabouts> {
    let query = diesel::sql_query(
        "SELECT system_identifier AS system, \
         CASE WHEN NOT pg_is_in_recovery() THEN pg_walfile_name(pg_current_wal_insert_lsn()) END AS wal_file FROM pg_control_system()",
    );
    diesel_async::RunQueryDsl::get_result(query, connection).await
}

/// Raises what is known, or says that this one is behind it.
fn judge(found: &Whereabouts) -> Result<(), FormerPrimary> {
    let digits = found.wal_file.as_deref().and_then(|name| name.get(..8));
    let Some(timeline) = digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()) else { return Ok(()) };
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    // Another process of this folder may have seen more.
    for (system, timeline) in seen.file.as_deref().map(read).unwrap_or_default() {
        let highest = seen.highest.entry(system).or_default();
        *highest = timeline.max(*highest);
    }
    match seen.highest.get(&found.system).copied() {
        Some(highest) if timeline < highest => return Err(FormerPrimary { found: timeline, highest }),
        Some(highest) if timeline == highest => return Ok(()),
        Some(_) => seen.raised = Some(Instant::now()),
        None => {}
    }
    seen.highest.insert(found.system, timeline);
    if let Some(file) = &seen.file
        && let Err(error) = write(file, &seen.highest)
    {
        tracing::warn!(%error, "the timeline of Postgres is known in memory alone");
    }
    Ok(())
}

/// Lines of two numbers. What cannot be read was never written by this.
fn read(file: &Path) -> BTreeMap<i64, i64> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let numbers = |line: &str| {
        let (system, timeline) = line.split_once(' ')?;
        Some((system.parse().ok()?, timeline.trim().parse().ok()?))
    };
    text.lines().filter_map(numbers).collect()
}

/// What another process of this folder saw stays. Replaced as a whole; a data directory that was never made is not made for this.
fn write(file: &Path, highest: &BTreeMap<i64, i64>) -> io::Result<()> {
    if !file.parent().is_some_and(Path::is_dir) {
        return Ok(());
    }
    let mut all = read(file);
    for (system, timeline) in highest {
        let known = all.entry(*system).or_default();
        *known = (*known).max(*timeline);
    }
    let lines: Vec<String> = all.iter().map(|(system, timeline)| format!("{system} {timeline}\n")).collect();
    files::replace(file, 0o600, lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(system: i64, wal_file: Option<&str>) -> Whereabouts {
        Whereabouts { system, wal_file: wal_file.map(ToOwned::to_owned) }
    }

    #[test]
    fn a_lower_timeline_of_the_same_system_is_refused_even_after_a_restart() {
        let folder = std::env::temp_dir().join(format!("intake-fence-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("timelines"), "-7 18\nnot a line\n").unwrap();
        remember_in(&folder);
        let made = Instant::now();
        assert!(judge(&on(-7, Some("000000110000000000000003"))).is_err(), "seventeen, and eighteen was seen");
        assert!(judge(&on(-7, None)).is_ok(), "a standby takes no writes");
        assert!(judge(&on(-8, Some("000000010000000000000003"))).is_ok(), "another system");
        assert!(judge(&on(-7, Some("000000120000000000000003"))).is_ok());
        assert!(!is_outdated(made));
        assert!(judge(&on(-7, Some("000000130000000000000003"))).is_ok());
        assert!(is_outdated(made) && !is_outdated(Instant::now()));
        assert_eq!(read(&folder.join("timelines")), BTreeMap::from([(-8, 1), (-7, 19)]));
        fs::remove_dir_all(folder).unwrap();
    }
}
