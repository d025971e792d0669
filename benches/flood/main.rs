//! Somebody floods the sign-in, and somebody else needs help: the form and its receipts at a steady pace, in calm and beside 200 strangers
//! at a time who try passwords, each attempt another account from another network, so that no limit spares Intake the hashing.
//!
//! `bin/bench flood`. Writes its part of `docs/PERFORMANCE.md`. Everything runs on the loopback address.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark stops loudly and prints what it measures"
)]

#[expect(dead_code, reason = "shared with other benchmarks")]
#[path = "../served/mod.rs"]
mod served;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use served::{Served, home, leave, load, prepare, write_page};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

/// Strangers at a time.
const STRANGERS: u32 = 200;
/// How long a stranger waits between two attempts.
const BREATH: Duration = Duration::from_millis(100);
/// Forms and receipts of each part, and their pace.
const PEOPLE: usize = 400;
const PACE: Duration = Duration::from_millis(50);
/// Calm and flood, so often in turns.
const ROUNDS: usize = 6;
/// Sign-ins of a colleague beside each flood.
const COLLEAGUES: usize = 5;

fn main() {
    // `cargo test --benches` asks benchmarks to do nothing much.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let home = home();
    let folder = home.0.join("leads-2000");
    prepare(&folder, 2_000);
    let text = actix_web::rt::System::new().block_on(measure(&folder));
    println!("{text}");
    write_page("flood", "Beside a flood of sign-ins", &text);
    leave(&[&folder], &home);
}

/// Statuses, and how often; 0 is no answer.
type Answers = BTreeMap<u16, u32>;

/// Milliseconds of form pages, of receipts, and of a colleague's sign-ins.
#[derive(Default)]
struct Times {
    pages: Vec<f64>,
    receipts: Vec<f64>,
    sign_ins: Vec<f64>,
}

async fn measure(folder: &std::path::Path) -> String {
    let served = Served::start_with(folder, &[]).await;
    let (mut calm, mut flooded) = (Times::default(), Times::default());
    let mut answers = Answers::new();
    let mut number = 0;
    people(&served, &mut Times::default(), &mut number).await;
    let before = served.settled_mib();
    served.forget_peak();
    let mut seconds = 0.0;
    for _ in 0..ROUNDS {
        people(&served, &mut calm, &mut number).await;
        sign_ins(&served, &mut calm).await;
        let over = Arc::new(AtomicBool::new(false));
        let strangers = strangers(served.address(), Arc::clone(&over));
        let begun = Instant::now();
        actix_web::rt::time::sleep(Duration::from_millis(500)).await;
        people(&served, &mut flooded, &mut number).await;
        sign_ins(&served, &mut flooded).await;
        over.store(true, Ordering::Relaxed);
        for (status, times) in strangers.join().unwrap() {
            *answers.entry(status).or_default() += times;
        }
        seconds += begun.elapsed().as_secs_f64();
    }
    let mut text =
        String::from("| what | calm: median, p99, ms | flooded: median, p99, ms | p99 against calm |\n| --- | --- | --- | --- |\n");
    row(&mut text, "the form's page", &mut calm.pages, &mut flooded.pages);
    row(&mut text, "an inquiry, until its receipt", &mut calm.receipts, &mut flooded.receipts);
    let asked = ROUNDS * COLLEAGUES;
    let _ = writeln!(
        text,
        "\n{} inquiries in each part, none refused. A colleague from a known device signed in {} times of {asked}, slowest {:.0} ms (calm: {:.0} ms).",
        calm.receipts.len(),
        flooded.sign_ins.len(),
        at(&mut flooded.sign_ins, 100),
        at(&mut calm.sign_ins, 100),
    );
    let all: u32 = answers.values().sum();
    let told: Vec<String> = answers.iter().map(|(status, times)| format!("{times} × {status}")).collect();
    let _ = writeln!(
        text,
        "Strangers: {STRANGERS} at a time, {:.0} attempts a second ({}). Resident memory: {before:.0} MiB before, {:.0} at most.",
        f64::from(all) / seconds,
        told.join(", "),
        served.peak_mib()
    );
    let _ = writeln!(text, "Load of the machine at the end: {}.", load());
    text
}

/// Reads the form and sends it, [`PEOPLE`] times at a pace.
async fn people(served: &Served, times: &mut Times, number: &mut usize) {
    let mut tick = actix_web::rt::time::interval(PACE);
    for _ in 0..PEOPLE {
        tick.tick().await;
        *number += 1;
        times.pages.push(served.page("/en").await);
        let begun = Instant::now();
        served.submit(*number).await;
        times.receipts.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
}

/// A colleague signs in again and again; who is told to try again is not counted.
async fn sign_ins(served: &Served, times: &mut Times) {
    for _ in 0..COLLEAGUES {
        let begun = Instant::now();
        if served.sign_in_again().await {
            times.sign_ins.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
    }
}

/// Strangers on a thread of their own, until `over`; what they were answered. They stand for other machines, so their own work steps back
/// behind Intake's.
fn strangers(to: SocketAddr, over: Arc<AtomicBool>) -> JoinHandle<Answers> {
    std::thread::spawn(move || {
        #[cfg(target_os = "linux")]
        step_back();
        actix_web::rt::System::new().block_on(async {
            let answers = Rc::new(RefCell::new(Answers::new()));
            let all: Vec<_> =
                (0..STRANGERS).map(|at| actix_web::rt::spawn(stranger(to, at, Arc::clone(&over), Rc::clone(&answers)))).collect();
            for stranger in all {
                stranger.await.unwrap();
            }
            answers.take()
        })
    })
}

/// As far as the system lets one, behind the threads of Intake that hash, which are themselves the last in `nice`.
#[cfg(target_os = "linux")]
fn step_back() {
    let thread = std::fs::read_link("/proc/thread-self").expect("Linux has it");
    let idle = std::process::Command::new("chrt").args(["--idle", "-p", "0"]).args(thread.file_name()).status();
    if !idle.is_ok_and(|status| status.success()) {
        rustix::process::nice(19).expect("steps back");
    }
}

/// Tries passwords until told to stop; counts what it is answered.
async fn stranger(to: SocketAddr, which: u32, over: Arc<AtomicBool>, answers: Rc<RefCell<Answers>>) {
    actix_web::rt::time::sleep(BREATH * which / STRANGERS).await;
    let mut attempt = 0_u32;
    while !over.load(Ordering::Relaxed) {
        attempt += 1;
        let status = attempt_from(to, which, attempt).await.unwrap_or(0);
        *answers.borrow_mut().entry(status).or_default() += 1;
        actix_web::rt::time::sleep(BREATH).await;
    }
}

/// One attempt from a network of its own; the status, or nothing if there was none.
async fn attempt_from(to: SocketAddr, which: u32, attempt: u32) -> Option<u16> {
    let [_, _, high, low] = attempt.to_be_bytes();
    let from = Ipv4Addr::new(127, u8::try_from(which % 200).ok()? + 10, low, high + 1);
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddr::from((from, 0))).ok()?;
    let mut stream = socket.connect(to).await.ok()?;
    let body = format!("email=stranger-{which}-{attempt}%40example.org&password=guess+number+{attempt}+of+many");
    let head = format!(
        "POST /staff/login HTTP/1.1\r\nHost: {to}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}

fn row(text: &mut String, what: &str, calm: &mut [f64], flooded: &mut [f64]) {
    let _ = writeln!(
        text,
        "| {what} | {:.1}, {:.1} | {:.1}, {:.1} | **{:.2}** |",
        at(calm, 50),
        at(calm, 99),
        at(flooded, 50),
        at(flooded, 99),
        at(flooded, 99) / at(calm, 99)
    );
}

fn at(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
