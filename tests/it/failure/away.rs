//! Every role starts while its database is away: the form gives receipts from the first second, the rest comes when the database
//! does, without a restart and without anybody's hand.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;
use intake::db::schema::{inquiries, key_checks};

use super::kill::kill_postgres;
use crate::support::process::{Process, clean_up, command, folder, signal};
use crate::support::{Client, InquiryFields, Mood, PASSWORD, SmtpServer};

/// Asks again until it holds: the machine may be busy.
pub async fn until(what: &str, mut met: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !met().await {
        assert!(since.elapsed() < Duration::from_mins(3), "{what}: never");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What readiness says: its status, and its words.
pub async fn readiness(client: &Client, path: &str) -> (u16, serde_json::Value) {
    let page = client.get(path).await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

fn run(data: &Path, url: &str, args: &[&str]) {
    let output = command(data).args(args).env("DATABASE_URL", url).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An empty Postgres that is away, and key files of an installation that was never started.
fn absent(name: &str) -> (std::path::PathBuf, std::path::PathBuf, String) {
    let (elsewhere, data) = (folder(&format!("{name}-database")), folder(name));
    let url = embedded::ensure(&elsewhere).unwrap().url().to_owned();
    run(&data, &url, &["keys", "init"]);
    kill_postgres(&elsewhere);
    (elsewhere, data, url)
}

async fn receipts(client: &Client, count: usize) -> Vec<String> {
    let mut given = Vec::new();
    for at in 0..count {
        let fields = InquiryFields::default().with("name", format!("Wren Farway{at}")).with("submission_key", format!("{at}"));
        let page = client.post("/inquiries", &fields.pairs()).await.assert_status(303);
        given.push(page.location().trim_start_matches("/receipts/").to_owned());
    }
    given.sort();
    given
}

async fn stored(url: &str) -> Vec<String> {
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    let mut stored: Vec<String> = inquiries::table.select(inquiries::receipt).load(&mut conn).await.unwrap();
    stored.sort();
    stored
}

/// Waits until nothing is wrong by its own word.
pub async fn well(client: &Client) {
    until("all is well", async || client.get("/readyz?strict").await.status == 200).await;
}

#[actix_web::test]
async fn the_public_form_starts_without_its_database_and_stores_what_it_took_when_it_is_there() {
    let (elsewhere, data, url) = absent("away-public");
    drop(embedded::ensure(&elsewhere).unwrap());
    run(&data, &url, &["migrate"]);
    kill_postgres(&elsewhere);
    let process = Process::start(&data, &["--role", "public"], &[("DATABASE_URL", &url)]);
    let client = Client::new(&process.base);
    let (status, said) = readiness(&client, "/readyz").await;
    assert_eq!((status, &said["status"], &said["database"]), (200, &"degraded".into(), &"unreachable".into()), "{said}");
    client.get("/readyz?strict").await.assert_status(503);
    let given = receipts(&client, 5).await;
    drop(embedded::ensure(&elsewhere).unwrap());
    well(&client).await;
    assert_eq!(stored(&url).await, given);
    assert!(process.terminate());
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}

#[actix_web::test]
async fn form_and_staff_side_in_one_start_without_the_database_and_everything_comes_with_it_without_a_restart() {
    let (elsewhere, data, url) = absent("away-all");
    let post = SmtpServer::start(Mood::Accept).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("INTAKE__MAIL__SMTP_URL", post.url.as_str()),
        ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org"),
    ];
    let process = Process::start(&data, &[], &settings);
    let (client, pid) = (Client::new(&process.base), process.pid());
    let given = receipts(&client, 5).await;
    let (status, said) = readiness(&client, "/readyz").await;
    assert_eq!((status, &said["status"], &said["spool"]), (200, &"degraded".into(), &5.into()), "{said}");
    for page in ["/", "/es", &format!("/receipts/{}", given[0])] {
        client.get(page).await.assert_status(200);
    }
    for page in ["/staff/login", "/staff/leads", "/staff/setup"] {
        let page = client.get(page).await.assert_status(503).assert_shows("Waiting for the database");
        assert_eq!(page.header("retry-after"), "5");
    }
    let asked = client.post(&format!("/receipts/{}/stop", given[0]), &[]).await;
    assert_eq!(asked.status, 503, "a request that has no spool is not answered with a yes");

    drop(embedded::ensure(&elsewhere).unwrap());
    well(&client).await;
    assert_eq!(stored(&url).await, given, "migrated, keys registered, spool drained");
    let printed = std::fs::read_to_string(data.join("stdout.txt")).unwrap();
    assert!(printed.contains("/staff/setup?token="), "the link for the first account: {printed:?}");
    until("the mails", async || post.received().len() >= 5).await;
    let mut add = command(&data);
    add.args(["staff", "add", "--email", "cora@example.org", "--name", "Cora", "--role", "coordinator", "--password-stdin"]);
    let mut add = add.env("DATABASE_URL", &url).stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut add.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    assert!(add.wait().unwrap().success());
    client.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    client.get("/staff/leads").await.assert_status(200).assert_shows("Wren Farway0");
    until("the search", async || {
        let found = client.post("/staff/searches", &[("q", "Farway3")]).await;
        client.get(found.location()).await.body.contains("Wren Farway3")
    })
    .await;
    assert_eq!(process.pid(), pid);
    assert!(process.terminate(), "it ends in good order");
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}

#[actix_web::test]
async fn the_staff_role_and_the_worker_wait_for_their_database_and_say_so() {
    let (elsewhere, data, url) = absent("away-staff");
    let staff = Process::start(&data, &["--role", "staff"], &[("DATABASE_URL", &url)]);
    let client = Client::new(&staff.base);
    let (status, said) = readiness(&client, "/readyz").await;
    assert_eq!((status, &said["status"], &said["database"]), (503, &"degraded".into(), &"unreachable".into()), "{said}");
    client.get("/healthz").await.assert_status(200);
    client.get("/staff/login").await.assert_status(503);
    let printed = data.join("worker.txt");
    let file = || std::fs::File::options().create(true).append(true).open(&printed).unwrap();
    let mut work = command(&data);
    let work = work.arg("work").env("DATABASE_URL", &url).stdout(file()).stderr(file());
    let (mut work, said) = (work.spawn().unwrap(), || std::fs::read_to_string(&printed).unwrap());
    until("the worker's word", async || said().contains("the database cannot be used yet")).await;
    assert!(!said().contains("working"), "{}", said());

    drop(embedded::ensure(&elsewhere).unwrap());
    well(&client).await;
    client.get("/staff/login").await.assert_status(200);
    until("the worker", async || said().contains("working")).await;
    signal(work.id(), "TERM");
    assert!(work.wait().unwrap().success(), "{}", said());
    assert!(staff.terminate());
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}

#[actix_web::test]
async fn a_database_of_other_keys_that_comes_late_gets_nothing_and_what_was_answered_stays_readable_under_its_own_keys() {
    let (elsewhere, data, url) = absent("away-keys");
    let others = folder("away-other-keys");
    drop(embedded::ensure(&elsewhere).unwrap());
    let first = Process::start(&others, &[], &[("DATABASE_URL", &url)]);
    assert!(first.terminate());
    let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
    let registered = key_checks::table.select((key_checks::purpose, key_checks::key_id)).order(key_checks::key_id);
    let before: Vec<(String, String)> = registered.load(&mut conn).await.unwrap();
    drop(conn);
    kill_postgres(&elsewhere);

    let process = Process::start(&data, &[], &[("DATABASE_URL", &url)]);
    let given = receipts(&Client::new(&process.base), 3).await;
    drop(embedded::ensure(&elsewhere).unwrap());
    let ended = tokio::task::spawn_blocking(move || process.wait()).await.unwrap();
    assert_eq!(ended.code(), Some(1), "refused as at a start beside its database");
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap();
    assert!(log.contains("sealed under other keys"), "{log}");
    assert_eq!(stored(&url).await, Vec::<String>::new(), "nothing was written");
    let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
    assert_eq!(registered.load::<(String, String)>(&mut conn).await.unwrap(), before);
    drop(conn);
    let again = command(&data).arg("serve").env("DATABASE_URL", &url).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    let waits = std::fs::read_dir(data.join("spool")).unwrap().flatten();
    assert_eq!(waits.filter(|file| file.path().extension().is_some_and(|end| end == "inquiry")).count(), 3, "the spool is whole");

    // The database that belongs to these keys, here one of their own.
    let process = Process::start(&data, &[], &[]);
    well(&Client::new(&process.base)).await;
    assert_eq!(stored(embedded::ensure(&data).unwrap().url()).await, given);
    drop(process);
    clean_up(&data);
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&others);
}

#[actix_web::test]
async fn production_starts_without_its_database_and_refuses_once_that_says_that_nobody_would_be_told() {
    let (elsewhere, data, url) = absent("away-production");
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("INTAKE_ENV", "production"),
        ("INTAKE__HTTP__PUBLIC_URL", "https://intake.example.org"),
        ("INTAKE__MAIL__SMTP_URL", "smtp://localhost:1025"),
        ("INTAKE__FACILITY__PHONE", "(831) 555-0142"),
    ];
    let refused = command(&data).arg("serve").envs(settings).env("INTAKE__FACILITY__PHONE", "").output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "what needs no database is refused at once");
    let process = Process::start(&data, &[], &settings);
    let given = receipts(&Client::new(&process.base), 1).await;
    drop(embedded::ensure(&elsewhere).unwrap());
    let ended = tokio::task::spawn_blocking(move || process.wait()).await.unwrap();
    assert_eq!(ended.code(), Some(1));
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap();
    assert!(log.contains("nobody would be told of a new inquiry"), "{log}");
    assert!(stored(&url).await.is_empty());

    let process = Process::start(&data, &[], &[settings.as_slice(), &[("INTAKE__NOTIFY__RECIPIENTS", "a@example.org")]].concat());
    well(&Client::new(&process.base)).await;
    assert_eq!(stored(&url).await, given);
    assert!(process.terminate());
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}
