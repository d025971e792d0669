//! Two instances behind a balancer that asks `/readyz`, as `HAProxy`, Kubernetes and the load balancers of clouds do: while their
//! database is away nobody is refused, because both can still give receipts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::task::JoinHandle;

use super::checker::{compare, drained};
use super::faults::place;
use super::figures::promise;
use super::load::Acknowledged;
use super::machine::pause;
use super::rolling::Two;
use crate::support::{Client, InquiryFields};

const PEOPLE: usize = 6;
/// As `HAProxy`'s `inter 1s fall 2`.
const EVERY: Duration = Duration::from_secs(1);
const FALL: usize = 2;

/// A checker for each instance, and who is up by its word.
struct Balancer {
    bases: Vec<String>,
    up: Vec<AtomicBool>,
    turn: AtomicUsize,
    checks: AtomicUsize,
}

impl Balancer {
    fn start(bases: Vec<String>) -> (Arc<Self>, Vec<JoinHandle<()>>) {
        let up = bases.iter().map(|_| AtomicBool::new(true)).collect();
        let balancer = Arc::new(Self { bases, up, turn: AtomicUsize::default(), checks: AtomicUsize::default() });
        let checkers = (0..balancer.bases.len()).map(|at| tokio::spawn(check(Arc::clone(&balancer), at)));
        (Arc::clone(&balancer), checkers.collect())
    }

    /// Where the next request goes; `None`: it is refused, nobody is up.
    fn choose(&self) -> Option<&str> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let all = (0..self.bases.len()).map(|at| (turn + at) % self.bases.len());
        all.into_iter().find(|at| self.up[*at].load(Ordering::Relaxed)).map(|at| self.bases[at].as_str())
    }
}

async fn check(balancer: Arc<Balancer>, at: usize) {
    let client = Client::without_reuse(&balancer.bases[at]);
    let mut failed = 0;
    loop {
        let asked = client.request(Method::GET, "/readyz").timeout(Duration::from_secs(10)).send().await;
        failed = if asked.is_ok_and(|answer| answer.status() == 200) { 0 } else { failed + 1 };
        balancer.up[at].store(failed < FALL, Ordering::Relaxed);
        balancer.checks.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(EVERY).await;
    }
}

/// What somebody saw who submits again and again until told to stop.
async fn submit(balancer: Arc<Balancer>, first: usize, stop: Arc<AtomicBool>) -> (Vec<Acknowledged>, usize) {
    let (mut given, mut refused) = (Vec::new(), 0);
    for at in (first..).step_by(PEOPLE) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("Person {at}");
        let fields = InquiryFields::default().with("name", name.clone()).with("submission_key", format!("key-{at}"));
        match balancer.choose() {
            Some(base) => {
                let page = Client::new(base).post("/inquiries", &fields.pairs()).await.assert_status(303);
                given.push(Acknowledged { name, receipt: page.location().trim_start_matches("/receipts/").to_owned() });
            }
            None => refused += 1,
        }
        pause(50).await;
    }
    (given, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_balancer_that_asks_readyz_nobody_is_refused_while_the_database_is_away() {
    let _place = place().await;
    let two = Two::start("balanced", Vec::new()).await;
    let (balancer, checkers) = Balancer::start(two.both.iter().map(|machine| machine.base.clone()).collect());
    let stop = Arc::<AtomicBool>::default();
    let people: Vec<_> = (0..PEOPLE).map(|at| tokio::spawn(submit(Arc::clone(&balancer), at, Arc::clone(&stop)))).collect();
    pause(1_500).await;
    two.kill_database();
    let away = Instant::now();
    let asked = balancer.checks.load(Ordering::Relaxed);
    while balancer.checks.load(Ordering::Relaxed) < asked + 2 * (FALL + 3) {
        assert!(away.elapsed() < Duration::from_mins(1), "the checkers hang");
        pause(50).await;
    }
    for machine in &two.both {
        Client::new(&machine.base).get("/readyz?strict").await.assert_status(503);
    }
    two.bring_back_database().await;
    pause(1_000).await;
    stop.store(true, Ordering::Relaxed);
    let (mut given, mut refused) = (Vec::new(), 0);
    for person in people {
        let (theirs, theirs_refused) = person.await.expect("everybody is answered");
        given.extend(theirs);
        refused += theirs_refused;
    }
    checkers.iter().for_each(JoinHandle::abort);
    assert_eq!(refused, 0, "of {} nobody may be refused", given.len());
    for machine in &two.both {
        drained(&machine.base).await;
    }
    compare(&mut two.conn().await, &two.both[0], &given).await.assert_clean("balanced", 1);
    let measured = format!("{} receipts, 0 refused, 0 lost, 0 doubled", given.len());
    let what = "two instances behind a balancer that asks /readyz, their database killed under load";
    promise("R5", what, &measured, "failure::matrix::balanced");
    two.remove().await;
}
