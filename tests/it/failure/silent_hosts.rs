//! A host of the database that says nothing: dead without a word, or hung. It is given up within seconds, on every path.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;

use crate::support::fake_postgres::{Act, FakePostgres};
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields, StallingProxy};

/// Far above what is promised: this machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Runs a command; panics if it does not end.
async fn run(data: &Path, args: &[&str], url: &str) -> Output {
    let mut command = command(data);
    command.args(args).env("DATABASE_URL", url).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if since.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{args:?} hangs");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_on_a_silent_database_ends_with_one_line_that_names_the_host() {
    let data = folder("silent-commands");
    assert!(command(&data).args(["keys", "init"]).output().unwrap().status.success());
    for act in [Act::Silent, Act::SilentInTheHandshake, Act::SilentAfterTheWelcome] {
        let fake = FakePostgres::start(act).await;
        let url = format!("postgresql://somebody:hunter2@127.0.0.1:{}/intake?connect_timeout=1", fake.port);
        let copy = data.join("copy.zip");
        let all: [&[&str]; 6] = [
            &["doctor"],
            &["keys", "status"],
            &["migrate"],
            &["backup", "--out", copy.to_str().unwrap()],
            &["audit", "verify"],
            &["staff", "list"],
        ];
        for args in all {
            let output = run(&data, args, &url).await;
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{act:?} {args:?}: {said}");
            assert!(said.contains(&format!("127.0.0.1:{}: no answer within 1 s", fake.port)), "{act:?} {args:?}: {said}");
            assert!(!said.contains("somebody") && !said.contains("hunter2"), "{said}");
        }
    }
    // The setting holds where the URL says nothing, and every host has its own bound and its own reason.
    let (fake, data) = (FakePostgres::start(Act::Silent).await, data);
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgresql://somebody:hunter2@127.0.0.1:{},127.0.0.1:{unused}/intake", fake.port);
    let output = run(&data, &["migrate"], &url).await;
    let said = String::from_utf8_lossy(&output.stderr);
    let both = format!("127.0.0.1:{}: no answer within 3 s; 127.0.0.1:{unused}: connection refused", fake.port);
    assert!(said.contains(&both), "{said}");
    std::fs::remove_dir_all(&data).unwrap();
}

/// The Unix socket of a private server, as it stands in a URL and as a path.
fn socket(url: &str) -> (String, PathBuf) {
    let host = url.split_once('@').unwrap().1.rsplit_once('/').unwrap().0.to_owned();
    let folder = percent_encoding::percent_decode_str(host.rsplit_once(':').unwrap().0).decode_utf8().unwrap().into_owned();
    (host, Path::new(&folder).join(".s.PGSQL.5432"))
}

async fn start(data: &Path, role: &'static str, url: &str) -> Process {
    let (data, url) = (data.to_owned(), url.to_owned());
    tokio::task::spawn_blocking(move || Process::start(&data, &["--role", role], &[("DATABASE_URL", &url)])).await.unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The database answers, and nothing waits in the spool.
async fn is_well(client: &Client) -> bool {
    let page = client.get("/readyz").await;
    page.status == 200 && page.body.contains("\"database\":\"ok\"") && page.body.contains("\"spool\":0")
}

async fn count(url: &str, sql: &str) -> i64 {
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    diesel::sql_query(sql).get_result::<Count>(&mut conn).await.unwrap().count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_silent_host_before_the_good_one_everything_starts_stores_and_is_ready() {
    let (elsewhere, data) = (folder("silent-database"), folder("silent"));
    let postgres = {
        let elsewhere = elsewhere.clone();
        tokio::task::spawn_blocking(move || embedded::ensure(&elsewhere).unwrap()).await.unwrap()
    };
    let (host, _) = socket(postgres.url());
    for act in [Act::Silent, Act::SilentInTheHandshake, Act::SilentAfterTheWelcome] {
        let fake = FakePostgres::start(act).await;
        let url = format!("postgresql://intake@127.0.0.1:{},{host}/intake?target_session_attrs=read-write", fake.port);
        assert!(run(&data, &["migrate"], &url).await.status.success());
        for role in ["all", "public"] {
            let process = start(&data, role, &url).await;
            let client = Client::new(&process.base);
            let before = count(postgres.url(), "SELECT count(*) AS count FROM inquiries").await;
            client
                .post("/inquiries", &InquiryFields::default().with("name", format!("{act:?} {role}")).pairs())
                .await
                .assert_status(303);
            until("readiness never comes", async || is_well(&client).await).await;
            let stored = count(postgres.url(), "SELECT count(*) AS count FROM inquiries").await;
            assert_eq!(stored, before + 1, "{act:?} {role}");
            assert!(tokio::task::spawn_blocking(move || process.terminate()).await.unwrap());
        }
    }
    drop(postgres);
    tokio::task::spawn_blocking(move || clean_up(&elsewhere)).await.unwrap();
    let _gone = std::fs::remove_dir_all(&data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_falls_silent_under_open_connections_is_left_by_pool_and_listeners() {
    let (elsewhere, data) = (folder("stalled-database"), folder("stalled"));
    let postgres = {
        let elsewhere = elsewhere.clone();
        tokio::task::spawn_blocking(move || embedded::ensure(&elsewhere).unwrap()).await.unwrap()
    };
    let (host, path) = socket(postgres.url());
    let proxy = StallingProxy::start(path).await;
    let url = format!("postgresql://intake@127.0.0.1:{},{host}/intake?target_session_attrs=read-write", proxy.port);
    let process = start(&data, "all", &url).await;
    let client = Client::new(&process.base);
    let listening = "SELECT count(*) AS count FROM pg_stat_activity WHERE usename = 'intake' AND query LIKE 'LISTEN%'";
    until("nobody listens", async || count(postgres.url(), listening).await >= 3).await;
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    client.get("/readyz").await.assert_status(200);
    let now = count(postgres.url(), "SELECT extract(epoch FROM clock_timestamp())::bigint AS count").await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    proxy.stall();
    let stalled = Instant::now();
    let receipt = client.post("/inquiries", &InquiryFields::default().with("name", "Later").pairs()).await;
    receipt.assert_status(303);
    until("readiness never comes back", async || is_well(&client).await).await;
    println!("ready {:.1} s after the host fell silent", stalled.elapsed().as_secs_f64());
    assert_eq!(count(postgres.url(), "SELECT count(*) AS count FROM inquiries").await, 2);
    let since = format!("{listening} AND extract(epoch FROM backend_start)::bigint > {now}");
    until("the listeners stay with the silent host", async || count(postgres.url(), &since).await >= 3).await;
    println!("all listen again {:.1} s after", stalled.elapsed().as_secs_f64());
    assert!(tokio::task::spawn_blocking(move || process.terminate()).await.unwrap());
    drop(postgres);
    tokio::task::spawn_blocking(move || clean_up(&elsewhere)).await.unwrap();
    let _gone = std::fs::remove_dir_all(&data);
}
