//! Two Postgres servers, the second a synchronous standby of the first: the first dies, or the standby stops answering.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use diesel::QueryableByName;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;

use super::checker::{Findings, compare, drained};
use super::faults::{place, runs};
use super::figures::{promise, publish};
use super::load::{Load, Seen};
use super::machine::{Machine, pause, signal_all_in, superuser};
use crate::support::Client;
use crate::support::process::folder;

/// A primary and its standby, each with a folder.
pub struct Pair {
    folders: [PathBuf; 2],
    pub urls: [String; 2],
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

impl Pair {
    pub fn cluster(&self, at: usize) -> PathBuf {
        self.folders[at].join("postgres").canonicalize().unwrap()
    }

    /// Starts both; a commit on the first waits for the second.
    pub async fn start() -> Self {
        let pair = Self::start_not_waiting().await;
        let mut conn = AsyncPgConnection::establish(&superuser(&pair.urls[0])).await.unwrap();
        for sql in ["ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"] {
            diesel::sql_query(sql).execute(&mut conn).await.unwrap();
        }
        pair.until_it_follows("sync").await;
        pair
    }

    /// Starts both; the second follows the first, which does not wait for it.
    async fn start_not_waiting() -> Self {
        let folders = [folder("first"), folder("second")];
        let (from, to) = (folders[0].clone(), folders[1].clone());
        let first = tokio::task::spawn_blocking(move || {
            let first = embedded::ensure(&from).unwrap();
            copy(&from.join("postgres").canonicalize().unwrap(), &to.join("postgres"));
            first
        });
        let url = first.await.unwrap().url().to_owned();
        // As they stand in the address: nothing but letters and digits in the open.
        let [name, other] = [0, 1].map(|at: usize| folders[at].file_name().unwrap().to_str().unwrap().replace('-', "%2D"));
        let pair = Self { urls: [url.clone(), url.replace(&name, &other)], folders };
        pair.until_it_follows("async").await;
        pair
    }

    async fn until_it_follows(&self, how: &str) {
        let sql = format!("SELECT count(*) AS count FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '{how}'");
        for _ in 0..200 {
            if count(&superuser(&self.urls[0]), &sql).await == 1 {
                return;
            }
            pause(50).await;
        }
        panic!("the standby does not follow");
    }

    /// Where Intake connects: both, of which it takes the one that may be written to.
    pub fn both(&self) -> String {
        let host = |url: &str| url.split_once('@').unwrap().1.rsplit_once('/').unwrap().0.to_owned();
        let [first, second] = [&self.urls[0], &self.urls[1]].map(|url| host(url));
        format!("postgresql://intake@{first},{second}/intake?target_session_attrs=read-write")
    }

    /// A killed server, started again as what it was before: one that was replaced does not know it, and waits for nobody.
    fn bring_back(&self, at: usize) {
        self.start_again(at, &["-o", "-c synchronous_standby_names="]);
    }

    /// A killed server, started again.
    pub fn start_again(&self, at: usize, options: &[&str]) {
        let cluster = self.cluster(at);
        let here = cluster.to_str().unwrap();
        // Who was killed may not be reaped yet, and would pass for alive.
        for stale in ["postmaster.pid", ".s.PGSQL.5432.lock"] {
            let _gone = std::fs::remove_file(cluster.join(stale));
        }
        let log = format!("{here}/start.log");
        let start = ["start", "--wait", "--silent", "-D", here, "-l", &log];
        program(&cluster, "pg_ctl", &[start.as_slice(), options].concat(), &[]);
    }

    pub fn remove(self) {
        for folder in self.folders {
            signal_all_in(&folder.join("postgres"), "KILL");
            std::thread::sleep(std::time::Duration::from_millis(200));
            let _gone = std::fs::remove_dir_all(folder);
        }
    }
}

/// A standby of the cluster `from` in the folder `to`, started.
fn copy(from: &Path, to: &Path) {
    let owner = std::fs::metadata(from).unwrap();
    std::fs::create_dir(to).unwrap();
    std::os::unix::fs::chown(to, Some(owner.uid()), Some(owner.gid())).unwrap();
    std::fs::set_permissions(to, owner.permissions()).unwrap();
    let cluster = from;
    let [from, here] = [from, to].map(|path| path.to_str().unwrap());
    program(cluster, "pg_basebackup", &["-h", from, "-U", "postgres", "-D", here, "-R", "-X", "stream", "-c", "fast"], &[]);
    let _of_the_first = std::fs::remove_file(to.join(".s.PGSQL.5432.lock"));
    let settings = to.join("intake.conf");
    let text = std::fs::read_to_string(&settings).unwrap();
    assert!(text.contains(from), "the socket lies in the cluster's folder");
    std::fs::write(&settings, text.replace(from, here)).unwrap();
    program(to, "pg_ctl", &["start", "--wait", "--silent", "-D", here, "-l", &format!("{here}/start.log")], &[]);
}

/// A server program of the version of a cluster, as its owner.
pub fn program(cluster: &Path, name: &str, args: &[&str], variables: &[(&str, &str)]) {
    let owner = std::fs::metadata(cluster).unwrap();
    let mut command = Command::new(server_program(cluster, name));
    command.args(args).envs(variables.iter().copied()).current_dir(cluster).process_group(0);
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let status = command.status().unwrap();
    assert!(status.success(), "{name} {args:?}");
}

fn server_program(cluster: &Path, name: &str) -> PathBuf {
    let version = std::fs::read_to_string(cluster.join("PG_VERSION")).unwrap();
    let debian = PathBuf::from(format!("/usr/lib/postgresql/{}/bin/{name}", version.trim()));
    if debian.exists() { debian } else { name.into() }
}

/// Load on Intake with both servers, a fault, the checker against the server that is left.
async fn row(fault: &str, left: usize, hurt: impl AsyncFnMut(&Pair, &mut Machine)) {
    row_with(fault, left, 1, hurt).await;
}

/// The same, with more mails that may come twice: those that were sent while nothing reached the standby are sent again after it was
/// promoted, which never heard of it.
pub async fn row_with(fault: &str, left: usize, cuts: usize, mut hurt: impl AsyncFnMut(&Pair, &mut Machine)) {
    let _place = place().await;
    let mut all = Seen { acknowledged: Vec::new(), sent_again: 0, slowest_milliseconds: 0 };
    let (times, mut findings) = (runs().min(5), Findings::default());
    for _ in 0..times {
        let pair = Pair::start().await;
        let mut machine = Machine::start_with("standby", vec![("DATABASE_URL", pair.both())]).await;
        let load = Load::start(&machine.base);
        for part in 0..2 {
            let before = load.acknowledged();
            while load.acknowledged() < before + 100 {
                pause(20).await;
            }
            if part == 0 {
                hurt(&pair, &mut machine).await;
            }
        }
        let seen = load.finish().await;
        drained(&machine.base).await;
        let mut conn = AsyncPgConnection::establish(&pair.urls[left]).await.unwrap();
        let one = compare(&mut conn, &machine, &seen.acknowledged).await;
        one.assert_clean(fault, cuts);
        findings.told_twice += one.told_twice;
        drop(conn);
        all.acknowledged.extend(seen.acknowledged);
        all.sent_again += seen.sent_again;
        all.slowest_milliseconds = all.slowest_milliseconds.max(seen.slowest_milliseconds);
        machine.end(()).await;
        tokio::task::spawn_blocking(move || pair.remove()).await.unwrap();
    }
    publish(fault, times, &all, &findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_to_the_synchronous_standby_loses_nothing() {
    let mut slowest = std::time::Duration::ZERO;
    row("kill -9 of Postgres, its synchronous standby promoted", 1, async |pair, machine| {
        slowest = slowest.max(fail_over(pair, machine).await);
    })
    .await;
    assert!(slowest.as_secs() < 15, "ready {slowest:?} after the promotion");
    let measured = format!("ready {:.1} s after the promotion, at most", slowest.as_secs_f64());
    promise("R5", "failover to the synchronous standby, under load", &measured, "failure::matrix::standby");
}

/// Kills the first, promotes the second, waits until Intake is ready again; how long that took after the promotion.
pub async fn fail_over(pair: &Pair, machine: &Machine) -> std::time::Duration {
    signal_all_in(&pair.cluster(0), "KILL");
    pause(500).await;
    let mut conn = AsyncPgConnection::establish(&superuser(&pair.urls[1])).await.unwrap();
    diesel::sql_query("SELECT pg_promote()").execute(&mut conn).await.unwrap();
    let promoted = Instant::now();
    until_ready(&machine.base, "\"database\":\"ok\"").await;
    promoted.elapsed()
}

async fn until_ready(base: &str, says: &str) {
    let (client, since) = (Client::new(base), Instant::now());
    while !client.get("/readyz").await.body.contains(says) {
        assert!(since.elapsed().as_secs() < 20, "readiness never says {says}");
        pause(50).await;
    }
}

pub async fn count(url: &str, sql: &str) -> i64 {
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    diesel::sql_query(sql).get_result::<Count>(&mut conn).await.unwrap().count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_former_primary_that_comes_back_gets_nothing_written_even_where_it_is_the_only_one_left() {
    // Counted since it came back: a crash sets these figures to nothing.
    const WRITTEN: &str = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint AS count FROM pg_stat_user_tables";
    const CUT: &str =
        "SELECT count(pg_terminate_backend(pid)) AS count FROM pg_stat_activity WHERE usename = 'intake' AND datname = 'intake'";
    row("the former primary comes back beside the promoted standby, and alone", 1, async |pair, machine| {
        fail_over(pair, machine).await;
        pair.bring_back(0);
        let first = count(&pair.both(), "SELECT timeline_id::bigint AS count FROM pg_control_checkpoint()").await;
        assert_eq!(first, 1, "whoever does not look is led to the former primary, which takes writes");
        let stored = count(&pair.urls[1], "SELECT count(*) AS count FROM inquiries").await;
        for _ in 0..5 {
            count(&superuser(&pair.urls[1]), CUT).await;
            pause(200).await;
        }
        until_ready(&machine.base, "\"database\":\"ok\"").await;
        assert!(count(&pair.urls[1], "SELECT count(*) AS count FROM inquiries").await > stored, "the promoted one takes them");
        signal_all_in(&pair.cluster(1), "KILL");
        until_ready(&machine.base, "\"database\":\"former primary\"").await;
        pause(1_500).await;
        let sql = format!(
            "{} AND pid <> pg_backend_pid()",
            CUT.replace("'intake' AND", "'intake' AND application_name = 'intake form' AND")
        );
        assert_eq!(count(&superuser(&pair.urls[0]), &sql).await, 0, "no writer stays there");
        assert_eq!(count(&pair.urls[0], WRITTEN).await, 0, "and nothing was written");
        pair.bring_back(1);
        until_ready(&machine.base, "\"database\":\"ok\"").await;
        pause(1_000).await;
        assert_eq!(count(&pair.urls[0], WRITTEN).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_stops_answering_makes_commits_hang_and_nobody_is_told_a_lie() {
    row("the synchronous standby stopped (SIGSTOP) for eight seconds: commits hang", 0, async |pair, _| {
        signal_all_in(&pair.cluster(1), "STOP");
        pause(8_000).await;
        signal_all_in(&pair.cluster(1), "CONT");
        pause(1_000).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_to_a_standby_that_nobody_waited_for_loses_receipts_and_the_checker_says_so() {
    let _place = place().await;
    let pair = Pair::start_not_waiting().await;
    let machine = Machine::start_with("asynchronous", vec![("DATABASE_URL", pair.both())]).await;
    let load = Load::start(&machine.base);
    let until = async |count| {
        while load.acknowledged() < count {
            pause(20).await;
        }
    };
    until(50).await;
    // It falls behind by more than the sockets hold.
    signal_all_in(&pair.cluster(1), "STOP");
    until(350).await;
    signal_all_in(&pair.cluster(0), "KILL");
    signal_all_in(&pair.cluster(1), "CONT");
    fail_over(&pair, &machine).await;
    let seen = load.finish().await;
    drained(&machine.base).await;
    let mut conn = AsyncPgConnection::establish(&pair.urls[1]).await.unwrap();
    let findings = compare(&mut conn, &machine, &seen.acknowledged).await;
    assert!(findings.lost > 0, "a failover that costs nothing shows nothing: {findings:?}");
    let measured = format!("{} of {} receipts lost, and the checker says so", findings.lost, seen.acknowledged.len());
    promise("R1", "control: failover to a standby that nobody waited for", &measured, "failure::matrix::standby");
    drop(conn);
    machine.end(()).await;
    tokio::task::spawn_blocking(move || pair.remove()).await.unwrap();
}
