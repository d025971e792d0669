//! A database that accepts connections and says nothing, as a hung Postgres or a proxy without one behind it: everything starts, says
//! so, and ends when it is told to.

use std::net::TcpListener;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::embedded;

use super::away::readiness;
use super::matrix::signal_all_in;
use crate::support::process::{Process, clean_up, command, folder, signal};
use crate::support::{Client, InquiryFields};

/// Far more than any bound of ours, and than a busy machine takes.
const GENEROUS: Duration = Duration::from_mins(2);

/// Listens, accepts, and never answers, for as long as the test binary runs.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            open.push(stream);
        }
    });
    format!("postgresql://intake@{address}/intake")
}

fn init_keys(data: &Path) {
    assert!(command(data).args(["keys", "init"]).output().unwrap().status.success());
}

fn ends(child: &mut Child, what: &str) {
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < GENEROUS, "{what} does not end on SIGTERM");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Ends in good order and soon.
async fn terminates(process: Process, what: &'static str) {
    let ending = tokio::task::spawn_blocking(move || process.terminate());
    assert!(tokio::time::timeout(GENEROUS, ending).await.unwrap_or_else(|_| panic!("{what}: hangs")).unwrap(), "{what}");
}

#[actix_web::test]
async fn with_a_silent_database_every_role_listens_the_form_answers_and_sigterm_ends_it() {
    let (data, url) = (folder("silent"), silent());
    init_keys(&data);
    for role in ["public", "all", "staff"] {
        let process = Process::start(&data, &["--role", role], &[("DATABASE_URL", &url)]);
        let client = Client::new(&process.base);
        let asked = Instant::now();
        let (status, said) = readiness(&client, "/readyz").await;
        assert!(asked.elapsed() < Duration::from_secs(10), "a balancer must not wait for a silent database");
        assert_eq!(said["database"], "unreachable", "{role}: {said}");
        assert_eq!(status, if role == "staff" { 503 } else { 200 }, "{role}");
        if role != "staff" {
            client.get("/").await.assert_status(200);
            client.post("/inquiries", &InquiryFields::default().with("name", role).pairs()).await.assert_status(303);
        }
        terminates(process, role).await;
    }
    let spooled = std::fs::read_dir(data.join("spool")).unwrap().flatten();
    assert_eq!(spooled.filter(|file| file.path().extension().is_some_and(|end| end == "inquiry")).count(), 2);
    let _gone = std::fs::remove_dir_all(&data);
}

#[test]
fn sigterm_ends_what_is_still_starting_and_what_works_without_a_page() {
    let (data, url) = (folder("silent-start"), silent());
    init_keys(&data);
    for args in [
        ["serve", "--role", "public"].as_slice(),
        &["serve", "--role", "all"],
        &["serve", "--role", "staff"],
        &["work"],
        &["migrate"],
        &["doctor"],
        &["backup", "--out", "copy.zip"],
    ] {
        for after in [200, 1_000] {
            let mut command = command(&data);
            command.args(args).env("DATABASE_URL", &url).current_dir(&data);
            let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(after));
            signal(child.id(), "TERM");
            ends(&mut child, &args.join(" "));
        }
    }
    let _gone = std::fs::remove_dir_all(&data);
}

#[actix_web::test]
async fn sigterm_ends_a_server_whose_database_fell_silent_under_it() {
    let (elsewhere, data) = (folder("hung-database"), folder("hung"));
    let postgres = embedded::ensure(&elsewhere).unwrap();
    let cluster = elsewhere.join("postgres").canonicalize().unwrap();
    let process = Process::start(&data, &[], &[("DATABASE_URL", postgres.url())]);
    let client = Client::new(&process.base);
    client.get("/readyz").await.assert_status(200);
    client.get("/staff/login").await.assert_status(200);
    signal_all_in(&cluster, "STOP");
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    terminates(process, "hung").await;
    signal_all_in(&cluster, "CONT");
    drop(postgres);
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}

#[actix_web::test]
async fn sigterm_ends_a_start_that_waits_for_the_migrations_of_another_and_one_that_makes_its_own_postgres() {
    let (elsewhere, data) = (folder("locked-database"), folder("locked"));
    let postgres = embedded::ensure(&elsewhere).unwrap();
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    // The lock under which migrations are applied, in every release.
    conn.batch_execute("SELECT pg_advisory_lock(29676318684308785)").await.unwrap();
    let spawn = |data: &Path, url: Option<&str>| {
        let mut command = command(data);
        command.arg("serve").stdout(std::process::Stdio::null());
        url.map(|url| command.env("DATABASE_URL", url));
        command.spawn().unwrap()
    };
    let mut child = spawn(&data, Some(postgres.url()));
    super::away::until("a start that waits for the lock", async || {
        let waiting = diesel::sql_query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        waiting.execute(&mut conn).await.unwrap() > 0
    })
    .await;
    signal(child.id(), "TERM");
    ends(&mut child, "serve");
    drop((conn, postgres));
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);

    let own = folder("own");
    for after in [150, 600] {
        let mut child = spawn(&own, None);
        std::thread::sleep(Duration::from_millis(after));
        signal(child.id(), "TERM");
        ends(&mut child, "serve with a Postgres of its own");
    }
    let process = Process::start(&own, &[], &[]);
    super::away::well(&Client::new(&process.base)).await;
    drop(process);
    clean_up(&own);
}
