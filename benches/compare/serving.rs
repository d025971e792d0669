//! The real server, release build, as its own process on its own private Postgres.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What the database held before the first submission.
pub struct Seeded {
    pub url: String,
    pub inquiries: u64,
}

fn intake(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intake"));
    command
        .env("INTAKE__DATA_DIR", folder.join("data"))
        .env("INTAKE__HTTP__BIND", "127.0.0.1:0")
        .env("INTAKE__LIMITS__INQUIRIES_PER_MINUTE", "0")
        .env("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org")
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

/// A migrated, seeded, analyzed database: on an empty one cached foreign-key plans scan.
pub fn prepare(folder: &Path) -> Seeded {
    std::fs::create_dir_all(folder).unwrap();
    let status = intake(folder).args(["seed", "--leads", "2000"]).stdout(Stdio::null()).status().expect("intake seed runs");
    assert!(status.success(), "intake seed failed");
    let postgres = intake::db::embedded::ensure(&folder.join("data")).expect("the private Postgres");
    let url = postgres.url().to_owned();
    psql(&url, "UPDATE staff SET notify_new_inquiries = false; ANALYZE;");
    let inquiries = psql(&url, "SELECT count(*) FROM inquiries").trim().parse().unwrap();
    std::mem::forget(postgres);
    Seeded { url, inquiries }
}

/// Runs SQL through psql and gives what it printed.
pub fn psql(url: &str, sql: &str) -> String {
    let out = Command::new("psql").args([url, "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().expect("psql runs");
    assert!(out.status.success(), "psql: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A serving process.
pub struct Serving {
    child: Child,
    address: String,
    script: PathBuf,
    accepted: Cell<u64>,
}

impl Serving {
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = intake(folder).arg("serve").args(args).stdout(Stdio::piped()).spawn().expect("intake serve starts");
        let address = listening(&mut child);
        let serving = Self {
            child,
            address,
            script: Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/limit/submit.lua"),
            accepted: Cell::new(0),
        };
        while serving.try_get("/healthz").is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        serving
    }

    fn try_get(&self, path: &str) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        answer.starts_with(b"HTTP/1.1 200").then_some(answer)
    }

    /// The body of a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let mut answer = self.try_get(path).expect("a page");
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        answer.split_off(end + 4)
    }

    /// Durable submissions per second.
    pub fn submissions(&self, connections: u32, seconds: u32) -> f64 {
        let out = wrk(connections, seconds, Some(&self.script), &format!("http://{}/", self.address));
        let (_, line) = out.split_once("REQUESTS ").expect("the script's line");
        let mut words = line.split_whitespace();
        let requests: u64 = words.next().unwrap().parse().unwrap();
        assert_eq!(line.split_whitespace().nth(2), Some("0"), "submissions failed: {out}");
        self.accepted.set(self.accepted.get() + requests);
        per_second(&out)
    }

    /// Form pages per second.
    pub fn pages(&self, connections: u32, seconds: u32) -> f64 {
        per_second(&wrk(connections, seconds, None, &format!("http://{}/en", self.address)))
    }

    /// How many submissions were answered.
    pub fn accepted(&self) -> u64 {
        self.accepted.get()
    }

    /// How many were stored; those in flight when a measurement ended are answered to nobody and not counted.
    pub fn stored(&self, seeded: &Seeded) -> u64 {
        std::thread::sleep(Duration::from_millis(500));
        let all: u64 = psql(&seeded.url, "SELECT count(*) FROM inquiries").trim().parse().unwrap();
        let stored = all - seeded.inquiries;
        let most_in_flight = u64::from((1 + 8 + 32) * super::SECONDS) * super::ROUNDS as u64;
        assert!(
            stored >= self.accepted() && stored - self.accepted() <= most_in_flight,
            "{stored} stored, {} answered",
            self.accepted()
        );
        self.accepted()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ended = self.child.wait();
    }
}

/// Reads the line `listening on http://ADDRESS`.
fn listening(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "intake serve ended");
        if let Some((_, address)) = line.trim().split_once("listening on http://") {
            let address = address.to_owned();
            std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
            return address;
        }
    }
}

/// One load generator thread, the same for both sides.
pub fn wrk(connections: u32, seconds: u32, script: Option<&Path>, url: &str) -> String {
    let mut command = Command::new("wrk");
    command.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s")]);
    if let Some(script) = script {
        command.arg("-s").arg(script);
    }
    let out = command.arg(url).output().expect("wrk runs: bin/setup --bench installs it");
    String::from_utf8(out.stdout).unwrap()
}

/// wrk's own figure.
pub fn per_second(out: &str) -> f64 {
    let (_, figure) = out.split_once("Requests/sec:").expect("wrk's figure");
    figure.split_whitespace().next().unwrap().parse().unwrap()
}

/// Median milliseconds from process start to the first answer (warm), and resident MiB after three quiet seconds, worker included.
pub fn idle(folder: &Path) -> (f64, f64) {
    let mut starts = Vec::new();
    let mut resident = 0.0;
    for _ in 0..super::ROUNDS {
        let begun = Instant::now();
        let serving = Serving::start(folder, &[]);
        starts.push(begun.elapsed().as_secs_f64() * 1_000.0);
        std::thread::sleep(Duration::from_secs(3));
        let status = std::fs::read_to_string(format!("/proc/{}/status", serving.child.id())).unwrap_or_default();
        let kib: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|figure| figure.parse().ok())
            .unwrap_or(f64::NAN);
        resident = kib / 1_024.0;
    }
    starts.sort_by(f64::total_cmp);
    (starts.swap_remove(starts.len() / 2), resident)
}
