//! The synchronous standby is away, commits hang, and the primary restarts: the rows whose commits were never confirmed are there to be
//! read. Then the standby is promoted, which never had them. Nobody who holds a receipt may be lost by that.

use std::time::Instant;

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::checker::{compare, drained};
use super::faults::place;
use super::figures::promise;
use super::load::Load;
use super::machine::{Machine, pause, signal_all_in, superuser};
use super::standby::{Pair, count, fail_over, program, row_with};

/// Everything that waits to be mailed when the standby goes may be mailed twice.
const CUTS: usize = 10;
const STORED: &str = "SELECT count(*) AS count FROM inquiries";

/// Nothing of the first server's can reach the second any more, not even from a socket's buffer.
fn cut_off_the_standby(pair: &Pair) {
    signal_all_in(&pair.cluster(1), "KILL");
}

/// How many files wait in the spool of this machine.
fn spooled(machine: &Machine) -> usize {
    let files = std::fs::read_dir(machine.data.join("spool")).into_iter().flatten().flatten();
    files.filter(|file| file.path().extension().is_some_and(|end| end == "inquiry")).count()
}

async fn until_spooled(machine: &Machine) {
    let since = Instant::now();
    while spooled(machine) < 8 {
        assert!(since.elapsed().as_secs() < 60, "nobody was given a receipt from the spool");
        pause(20).await;
    }
}

fn kill_and_start_the_primary(pair: &Pair) {
    signal_all_in(&pair.cluster(0), "KILL");
    std::thread::sleep(std::time::Duration::from_millis(300));
    pair.start_again(0, &[]);
}

fn restart_the_primary_in_good_order(pair: &Pair) {
    let cluster = pair.cluster(0);
    let (here, log) = (cluster.to_str().unwrap(), cluster.join("start.log"));
    let restart = ["restart", "-m", "fast", "--wait", "--silent", "-D", here, "-l", log.to_str().unwrap()];
    program(&cluster, "pg_ctl", &restart, &[]);
}

/// Long enough for every drain that would believe what it finds; then the first dies, and the second is promoted without its rows.
async fn promote_without_them(pair: &Pair, machine: &Machine, found: i64) {
    pause(6_000).await;
    signal_all_in(&pair.cluster(0), "KILL");
    pair.start_again(1, &[]);
    let there = count(&superuser(&pair.urls[1]), STORED).await;
    assert!(there < found, "the standby has all {found} rows that matter: this tries nothing");
    fail_over(pair, machine).await;
}

async fn found_on_the_first(pair: &Pair) -> i64 {
    count(&superuser(&pair.urls[0]), STORED).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_the_standby_never_had_costs_nobody_their_inquiry_after_kill_9_of_the_primary() {
    row_with("standby away, kill -9 and start of the primary, then the standby promoted", 1, CUTS, async |pair, machine| {
        cut_off_the_standby(pair);
        until_spooled(machine).await;
        kill_and_start_the_primary(pair);
        promote_without_them(pair, machine, found_on_the_first(pair).await).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_the_standby_never_had_costs_nobody_their_inquiry_after_a_restart_in_good_order() {
    row_with("standby away, pg_ctl -m fast restart of the primary, then the standby promoted", 1, CUTS, async |pair, machine| {
        cut_off_the_standby(pair);
        until_spooled(machine).await;
        restart_the_primary_in_good_order(pair);
        promote_without_them(pair, machine, found_on_the_first(pair).await).await;
    })
    .await;
}

/// Killed before it gives a receipt: whoever sends the same again finds a row that was never confirmed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_the_same_again_gets_no_receipt_on_the_word_of_a_row_that_the_standby_never_had() {
    row_with(
        "standby away, Intake killed before it answers, the primary restarted, all send again, then the standby promoted",
        1,
        CUTS,
        async |pair, machine| {
            cut_off_the_standby(pair);
            // Before the four seconds are over after which the spool takes them.
            while count(&superuser(&pair.urls[0]), "SELECT count(*) AS count FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .await
                == 0
            {
                pause(20).await;
            }
            machine.kill_app().await;
            let answered = i64::try_from(spooled(machine)).unwrap();
            restart_the_primary_in_good_order(pair);
            let unanswered = found_on_the_first(pair).await - answered;
            machine.start_app().await;
            until_spooled(machine).await;
            promote_without_them(pair, machine, unanswered).await;
        },
    )
    .await;
}

/// The same recipe on a server whose administrator took the wait away in between: the confirmation confirms nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_commit_that_waits_for_the_standby_receipts_are_lost_and_the_checker_says_so() {
    let _place = place().await;
    let pair = Pair::start().await;
    let machine = Machine::start_with("unconfirmed", vec![("DATABASE_URL", pair.both())]).await;
    let load = Load::start(&machine.base);
    while load.acknowledged() < 50 {
        pause(20).await;
    }
    cut_off_the_standby(&pair);
    until_spooled(&machine).await;
    let mut conn = AsyncPgConnection::establish(&superuser(&pair.urls[0])).await.unwrap();
    for sql in ["SET synchronous_commit = local", "ALTER ROLE intake SET synchronous_commit = local"] {
        diesel::sql_query(sql).execute(&mut conn).await.unwrap();
    }
    drop(conn);
    restart_the_primary_in_good_order(&pair);
    promote_without_them(&pair, &machine, found_on_the_first(&pair).await).await;
    let seen = load.finish().await;
    drained(&machine.base).await;
    let mut conn = AsyncPgConnection::establish(&pair.urls[1]).await.unwrap();
    let findings = compare(&mut conn, &machine, &seen.acknowledged).await;
    assert!(findings.lost > 0, "a failover that costs nothing shows nothing: {findings:?}");
    let measured = format!("{} of {} receipts lost, and the checker says so", findings.lost, seen.acknowledged.len());
    promise("R1", "control: the same with a confirmation that waits for no standby", &measured, "failure::matrix::unconfirmed");
    drop(conn);
    machine.end(()).await;
    tokio::task::spawn_blocking(move || pair.remove()).await.unwrap();
}
