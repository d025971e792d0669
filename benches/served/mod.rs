//! The real server as its own process on its own private Postgres, and a manager signed in to it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PASSWORD: &str = "a plainly fictional password of a benchmark";

fn intake(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intake"));
    command
        .env("INTAKE__DATA_DIR", folder.join("data"))
        .env("INTAKE__HTTP__BIND", "127.0.0.1:0")
        .env("INTAKE__LIMITS__INQUIRIES_PER_MINUTE", "0")
        .env_remove("DATABASE_URL")
        .env_remove("INTAKE_ENV")
        .stdin(Stdio::null());
    command
}

/// The folder of a run: a throwaway one, or the one `INTAKE_BENCH_DATA` names, where seeded databases stay for the next run.
pub fn home() -> (PathBuf, bool) {
    match std::env::var_os("INTAKE_BENCH_DATA") {
        Some(kept) => (PathBuf::from(kept), true),
        None => (std::env::temp_dir().join(format!("intake-bench-{}", std::process::id())), false),
    }
}

/// Stops what [`prepare`] started, and takes a throwaway folder away.
pub fn leave(folders: &[&Path], (home, kept): &(PathBuf, bool)) {
    for folder in folders {
        stop_postgres(folder);
    }
    if !kept {
        let _gone = std::fs::remove_dir_all(home);
    }
}

/// Puts the figures of `bin/bench WORD` into the page about performance.
pub fn write_page(word: &str, heading: &str, text: &str) {
    let (begin, end) = (format!("<!-- written by bin/bench {word} -->"), format!("<!-- end of what bin/bench {word} wrote -->"));
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/PERFORMANCE.md");
    let old = std::fs::read_to_string(page).unwrap_or_default();
    let (head, tail) = match (old.split_once(&begin), old.split_once(&end)) {
        (Some((head, _)), Some((_, tail))) => (head.to_owned(), tail.to_owned()),
        _ => (format!("{old}\n## {heading}\n\n"), "\n".to_owned()),
    };
    std::fs::write(page, format!("{head}{begin}\n{text}{end}{tail}")).expect("docs/PERFORMANCE.md is written");
}

/// The load of the machine over the last minute.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("?").to_owned()
}

/// A seeded, analyzed database; its address.
pub fn prepare(folder: &Path, leads: usize) -> String {
    std::fs::create_dir_all(folder).unwrap();
    let whole = folder.join("seeded");
    if whole.exists() {
        let postgres = intake::db::embedded::ensure(&folder.join("data")).expect("the private Postgres");
        let url = postgres.url().to_owned();
        std::mem::forget(postgres);
        return url;
    }
    let mut seeding = intake(folder)
        .args(["seed", "--leads", &leads.to_string(), "--days", "365", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("intake seed runs");
    seeding.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(seeding.wait().unwrap().success(), "intake seed failed");
    let postgres = intake::db::embedded::ensure(&folder.join("data")).expect("the private Postgres");
    let url = postgres.url().to_owned();
    psql(&url, "VACUUM ANALYZE");
    std::fs::write(whole, leads.to_string()).unwrap();
    std::mem::forget(postgres);
    url
}

/// Stops the private Postgres of this run.
pub fn stop_postgres(folder: &Path) {
    let postgres = intake::db::embedded::ensure(&folder.join("data")).expect("the private Postgres");
    let _stopped = postgres.release();
}

/// Runs SQL through psql and gives what it printed.
pub fn psql(url: &str, sql: &str) -> String {
    let out = Command::new("psql").args([url, "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql]).output().expect("psql runs");
    assert!(out.status.success(), "psql: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Makes room below the bound of exports that one person may take within an hour.
pub fn forget_exports(url: &str) {
    psql(url, "UPDATE exports SET asked_at = asked_at - interval '2 hours'");
}

/// A serving process with a manager signed in.
pub struct Served {
    child: Child,
    base: String,
    http: reqwest::Client,
}

impl Served {
    /// Starts, waits for the address, signs in: fresh enough for names.
    pub async fn start(folder: &Path) -> Self {
        Self::start_with(folder, &["--no-worker"]).await
    }

    /// The same with other options.
    pub async fn start_with(folder: &Path, args: &[&str]) -> Self {
        let mut child = intake(folder).arg("serve").args(args).stdout(Stdio::piped()).spawn().expect("intake serve starts");
        let base = listening(&mut child);
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .pool_idle_timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let served = Self { child, base, http };
        let to = served.post("/staff/login", &[("email", "nadia@example.org"), ("password", PASSWORD)]).await;
        assert!(!to.contains("login"), "signed in, led to {to}");
        served
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.base.trim_start_matches("http://").parse().expect("an address")
    }

    /// Signs in once more from the same browser; false if told to try again.
    pub async fn sign_in_again(&self) -> bool {
        let fields = [("email", "nadia@example.org"), ("password", PASSWORD)];
        let request = self.http.post(format!("{}/staff/login", self.base)).header("Sec-Fetch-Site", "same-origin").form(&fields);
        request.send().await.expect("an answer").status().as_u16() == 303
    }

    /// Milliseconds until a page was there whole.
    pub async fn page(&self, path: &str) -> f64 {
        let begun = std::time::Instant::now();
        let answer = self.http.get(format!("{}{path}", self.base)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let bytes = answer.bytes().await.expect("a whole page");
        assert!(bytes.len() > 1_000, "{path} is a page");
        begun.elapsed().as_secs_f64() * 1_000.0
    }

    /// Posts a form that succeeds; where it leads.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let request = self.http.post(format!("{}{path}", self.base)).header("Sec-Fetch-Site", "same-origin").form(fields);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 303, "{path}");
        answer.headers().get("location").expect("where it leads").to_str().unwrap().to_owned()
    }

    /// Asks for an export and takes its bytes as they come; how many.
    pub async fn export(&self, format: &str, columns: &str) -> usize {
        let file = self.post("/staff/exports", &[("format", format), ("columns", columns), ("purpose", "Benchmark")]).await;
        let mut answer = self.http.get(format!("{}{file}", self.base)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{file}");
        let mut bytes = 0;
        while let Some(portion) = answer.chunk().await.expect("a whole file") {
            bytes += portion.len();
        }
        bytes
    }

    /// Sends an inquiry, each of another person.
    pub async fn submit(&self, number: usize) {
        let (id, pid) = (format!("{number}-{:?}", std::time::SystemTime::now()), self.child.id());
        let (name, email) = (format!("Person {pid} {number}"), format!("u{pid}-{number}@example.org"));
        let fields = [
            ("who_for", "me"),
            ("name", name.as_str()),
            ("email", email.as_str()),
            ("contact_method", "email"),
            ("program", "inpatient"),
            ("message", id.as_str()),
            ("submission_key", id.as_str()),
        ];
        self.post("/inquiries", &fields).await;
    }

    /// Resident MiB after quiet seconds.
    pub fn settled_mib(&self) -> f64 {
        std::thread::sleep(Duration::from_secs(2));
        self.status("VmRSS:")
    }

    /// Resident MiB at most, since [`Served::forget_peak`].
    pub fn peak_mib(&self) -> f64 {
        self.status("VmHWM:")
    }

    /// Lets the kernel measure the peak anew.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("the peak is forgotten");
    }

    fn status(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let figure = status.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.split_whitespace().next());
        figure.and_then(|figure| figure.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1_024.0
    }
}

impl Drop for Served {
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
        if let Some((_, base)) = line.trim().split_once("listening on ") {
            let base = base.to_owned();
            std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
            return base;
        }
    }
}
