//! TLS to Postgres: what each `sslmode` takes, what no server gets, and that every connection of Intake is encrypted.

use std::process::Output;
use std::time::{Duration, Instant};

use diesel::QueryableByName;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db;

use crate::support::fake_postgres::{Act, FakePostgres};
use crate::support::process::{Process, command, folder};
use crate::support::tls::{HOST, PASSWORD, TlsPostgres};
use crate::support::{Client, InquiryFields};

#[derive(Debug, QueryableByName)]
struct Encrypted {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    ssl: bool,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    connections: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    listening: i64,
}

/// What became of a connection: `TLSv1.3`, or why there is none.
async fn outcome(url: &str) -> String {
    match db::connect(url).await {
        Ok(mut conn) => db::health::encryption(&mut conn).await.unwrap().unwrap_or_else(|| "clear text".to_owned()),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sslmode_takes_the_servers_that_libpq_takes_under_the_same_name() {
    let server = TlsPostgres::start().await;
    let (right, wrong) = (server.file("ca.pem"), server.file("other.pem"));
    let (unknown, no_name) = ("UnknownIssuer", "not valid for name");
    let cases = [
        (HOST, String::new(), "TLSv1.3"),
        (HOST, "&sslmode=disable".to_owned(), "no encryption"),
        (HOST, "&sslmode=prefer".to_owned(), "TLSv1.3"),
        (HOST, "&sslmode=require".to_owned(), "TLSv1.3"),
        ("elsewhere", format!("&sslmode=require&sslrootcert={right}"), "TLSv1.3"),
        (HOST, format!("&sslmode=require&sslrootcert={wrong}"), unknown),
        ("elsewhere", format!("&sslmode=verify-ca&sslrootcert={right}"), "TLSv1.3"),
        (HOST, format!("&sslmode=verify-ca&sslrootcert={wrong}"), unknown),
        (HOST, "&sslmode=verify-ca".to_owned(), unknown),
        (HOST, format!("&sslmode=verify-full&sslrootcert={right}"), "TLSv1.3"),
        (HOST, format!("&sslmode=verify-full&sslrootcert={right}&channel_binding=require"), "TLSv1.3"),
        ("elsewhere", format!("&sslmode=verify-full&sslrootcert={right}"), no_name),
        ("127.0.0.1", format!("&sslmode=verify-full&sslrootcert={right}"), no_name),
        (HOST, format!("&sslmode=verify-full&sslrootcert={wrong}"), unknown),
        (HOST, "&sslmode=verify-full".to_owned(), unknown),
        (HOST, "&sslrootcert=system".to_owned(), unknown),
        (HOST, "&sslmode=verify-full&sslrootcert=/nowhere.pem".to_owned(), "/nowhere.pem cannot be read"),
    ];
    for (host, query, expected) in cases {
        let found = outcome(&server.url("intake", host, "intake", &query)).await;
        assert!(found.contains(expected), "{host} {query}: {found}");
        assert!(!found.contains(PASSWORD) && !found.contains("\"intake\", data"), "{found}");
    }
    let denied = outcome(&server.verified("intake").replace(PASSWORD, "another")).await;
    assert!(denied.contains(&format!("{HOST}:{}: password authentication failed", server.port)), "{denied}");
    assert!(!denied.contains("intake") && !denied.contains("another"), "{denied}");
    let certain = server.verified("intake").replace("intake:", "certain:");
    assert!(outcome(&certain).await.contains("certificate"), "its role signs in by certificate");
    let identity = format!("{certain}&sslcert={}&sslkey={}", server.file("certain.pem"), server.file("certain.key"));
    assert_eq!(outcome(&identity).await, "TLSv1.3");
    server.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_server_that_is_not_verified_gets_the_password_in_clear_text() {
    let fake = FakePostgres::start(Act::AsksForThePassword).await;
    let server = TlsPostgres::start().await;
    let ca = server.file("ca.pem");
    for mode in ["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=allow"] {
        let found = outcome(&format!("postgres://intake:{PASSWORD}@127.0.0.1:{}/intake{mode}", fake.port)).await;
        assert!(found.contains("asks for the password in clear text"), "{mode}: {found}");
    }
    for mode in ["require".to_owned(), format!("verify-ca&sslrootcert={ca}"), format!("verify-full&sslrootcert={ca}")] {
        let found = outcome(&format!("postgres://intake:{PASSWORD}@127.0.0.1:{}/intake?sslmode={mode}", fake.port)).await;
        assert!(found.contains("does not offer TLS"), "{mode}: {found}");
    }
    let heard = fake.heard();
    assert!(heard.len() > 100, "it was asked");
    assert!(!heard.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()), "it got the password");

    // Over TLS too: whoever has any certificate could ask.
    let found = outcome(&server.url("plain", HOST, "intake", "&sslmode=require")).await;
    assert!(found.contains("asks for the password in clear text"), "{found}");
    assert_eq!(outcome(&server.verified("intake").replace("intake:", "plain:")).await, "TLSv1.3", "a verified server may ask");
    server.remove().await;
}

async fn run(args: &'static [&'static str], data: &std::path::Path, variables: Vec<(&'static str, String)>) -> Output {
    let mut command = command(data);
    command.args(args).envs(variables);
    tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_of_server_worker_listeners_and_commands_is_encrypted() {
    let (server, data) = (TlsPostgres::start().await, folder("tls-data"));
    let url = server.verified("intake");
    let variables = vec![("DATABASE_URL", url.clone()), ("INTAKE__DATABASE__MIGRATION_URL", url.clone())];
    let process = {
        let (data, variables) = (data.clone(), variables.clone());
        let start = move || {
            let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Process::start(&data, &[], &variables)
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    };
    let client = Client::new(&process.base);
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    client.get("/readyz").await.assert_status(200);
    let mut conn = AsyncPgConnection::establish(&server.socket).await.unwrap();
    let since = Instant::now();
    // Worker, open pages and search listen.
    loop {
        let sql = "SELECT bool_and(ssl) AS ssl, count(*) AS connections, count(*) FILTER (WHERE query LIKE 'LISTEN%') AS listening \
                   FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = 'intake'";
        let found: Encrypted = diesel::sql_query(sql).get_result(&mut conn).await.unwrap();
        assert!(found.ssl, "{found:?}");
        if found.listening >= 3 && found.connections >= 6 {
            break;
        }
        assert!(since.elapsed() < Duration::from_mins(1), "{found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(conn);

    let doctor = run(&["doctor"], &data, variables.clone()).await;
    assert!(text(&doctor).contains("over TLSv1.3"), "{}", text(&doctor));
    // The server takes nothing else over TCP: what works is encrypted.
    let system = server.url("intake", HOST, "intake", "&sslmode=verify-full");
    let trusted = vec![("DATABASE_URL", system), ("SSL_CERT_FILE", server.file("ca.pem"))];
    for (file, variables) in [("one.zip", variables), ("two.zip", trusted)] {
        let file: &'static str = Box::leak(data.join(file).to_str().unwrap().to_owned().into_boxed_str());
        let args: &'static [&'static str] = Box::leak(vec!["backup", "--out", file].into_boxed_slice());
        let backup = run(args, &data, variables).await;
        assert!(backup.status.success(), "{}", text(&backup));
        if file.ends_with("one.zip") {
            let args: &'static [&'static str] = Box::leak(vec!["restore", "--from", file].into_boxed_slice());
            let restore = run(args, &data, vec![("DATABASE_URL", server.verified("second"))]).await;
            assert!(restore.status.success(), "{}", text(&restore));
        }
    }
    assert!(tokio::task::spawn_blocking(move || process.terminate()).await.unwrap());
    std::fs::remove_dir_all(&data).unwrap();
    server.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_command_of_production_reaches_a_database_over_a_network_that_it_does_not_verify() {
    let data = folder("tls-production");
    assert!(run(&["keys", "init"], &data, Vec::new()).await.status.success());
    for args in [["doctor"].as_slice(), &["migrate"], &["staff", "list"], &["audit", "verify"], &["serve"], &["work"]] {
        let args: &'static [&'static str] = Box::leak(args.to_vec().into_boxed_slice());
        // Nobody is there: what would connect says something else.
        let url = format!("postgresql://intake:{PASSWORD}@10.1.2.3/intake?sslmode=require&connect_timeout=1");
        let output = run(args, &data, vec![("INTAKE_ENV", "production".to_owned()), ("DATABASE_URL", url)]).await;
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("10.1.2.3:5432") && said.contains("sslmode=verify-full"), "{args:?}: {said}");
        assert!(!said.contains("no answer") && !said.contains(PASSWORD), "{args:?}: {said}");
    }
    std::fs::remove_dir_all(&data).unwrap();
}
