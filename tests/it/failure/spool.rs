//! When Postgres is away the form still says yes: kept on the disk under the same receipt, stored when it is back.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;
use intake::db::schema::{inquiries, leads, outbox_messages};

use super::kill::kill_postgres;
use crate::support::process::{Process, clean_up, folder};
use crate::support::{Client, InquiryFields};

fn person(at: usize) -> InquiryFields {
    InquiryFields::default().with("name", format!("Wren Spoolwright{at}")).with("submission_key", format!("key-{at}"))
}

async fn receipt(client: &Client, fields: &InquiryFields) -> String {
    let page = client.post("/inquiries", &fields.pairs()).await.assert_status(303);
    page.location().strip_prefix("/receipts/").expect("a receipt").to_owned()
}

async fn readiness(client: &Client) -> (u16, serde_json::Value) {
    let page = client.get("/readyz").await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

/// Waits until nothing is left in the spool.
async fn drained(client: &Client) -> Duration {
    let started = Instant::now();
    while readiness(client).await.1["spool"] != 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "the spool is not drained");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    started.elapsed()
}

fn spool_files(data: &Path) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(data.join("spool")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "inquiry")).map(|path| std::fs::read(path).unwrap()).collect()
}

#[actix_web::test]
async fn while_postgres_is_away_the_form_gives_receipts_and_what_was_answered_is_stored_when_it_is_back() {
    let data = folder("spool");
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    let before = receipt(&client, &person(0)).await;

    kill_postgres(&data);
    let mut given = Vec::new();
    for at in 1..=20 {
        given.push(receipt(&client, &person(at)).await);
    }
    // The same again: with its key, and without one as after the back button.
    assert_eq!(receipt(&client, &person(7)).await, given[6]);
    assert_eq!(receipt(&client, &person(8).with("submission_key", "another")).await, given[7]);
    let twins: Vec<_> = (0..20).map(|_| person(21)).collect();
    let twins = futures_util::future::join_all(twins.iter().map(|fields| receipt(&client, fields))).await;
    assert!(twins.iter().all(|code| *code == twins[0]), "{twins:?}");
    // Stored before Postgres went: that cannot be known now, so it gets a second code.
    let second = receipt(&client, &person(0)).await;
    for code in [&given[0], &twins[0], &second] {
        client.get(&format!("/receipts/{code}")).await.assert_status(200).assert_shows(code);
    }
    let (status, said) = readiness(&client).await;
    assert_eq!((status, &said["database"], &said["spool"]), (200, &"unreachable".into(), &22.into()));
    client.get("/readyz?strict").await.assert_status(503);
    for file in spool_files(&data) {
        assert!(!file.windows(11).any(|window| window == b"Spoolwright"), "a name stands in the spool");
    }

    // The web server dies as well: what is on the disk stays there.
    process.kill();
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    drained(&client).await;
    let postgres = embedded::ensure(&data).unwrap();
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let stored: Vec<String> =
        inquiries::table.order((inquiries::received_at, inquiries::id)).select(inquiries::receipt).load(&mut conn).await.unwrap();
    let expected: Vec<String> = [before].into_iter().chain(given).chain([twins[0].clone()]).collect();
    assert_eq!(stored, expected, "each once, in the order they came");
    let told: i64 = outbox_messages::table.count().get_result(&mut conn).await.unwrap();
    let opened: i64 = leads::table.count().get_result(&mut conn).await.unwrap();
    assert_eq!((opened, told), (22, 0), "nobody is configured to be told");
    client.get(&format!("/receipts/{second}")).await.assert_status(200).assert_shows(&second);
    drop((conn, postgres, process));
    clean_up(&data);
}

#[actix_web::test]
async fn only_a_disk_that_takes_nothing_gets_a_no_and_that_page_names_the_number_in_both_languages() {
    let data = folder("spool-full");
    let process = Process::start(&data, &[], &[("INTAKE__FACILITY__PHONE", "(831) 555-0142")]);
    let client = Client::new(&process.base);
    // A file where the folder should be: nothing can be written there, not even by root.
    std::fs::write(data.join("spool"), b"").unwrap();
    kill_postgres(&data);
    for (language, words) in [("en", "or call (831) 555-0142"), ("es", "llame al (831) 555-0142")] {
        let fields = person(1).with("language", language);
        let page = client.post("/inquiries", &fields.pairs()).await.assert_status(503);
        page.assert_shows(words).assert_shows("Wren Spoolwright1").assert_shows("tel:");
    }
    let answer = client.post_json("/api/v1/inquiries", &person(1).json()).await.assert_status(503);
    answer.assert_shows("(831) 555-0142");
    drop(process);
    clean_up(&data);
}

#[actix_web::test]
async fn a_table_that_is_locked_holds_up_the_form_for_seconds_and_loses_nothing() {
    let data = folder("spool-lock");
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    let postgres = embedded::ensure(&data).unwrap();
    let mut locker = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut locker).await.unwrap();
    diesel::sql_query("LOCK TABLE leads IN ACCESS EXCLUSIVE MODE").execute(&mut locker).await.unwrap();
    let started = Instant::now();
    let first = receipt(&client, &person(1)).await;
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    let again = receipt(&client, &person(1)).await;
    assert_eq!(first, again);
    diesel::sql_query("ROLLBACK").execute(&mut locker).await.unwrap();
    drained(&client).await;
    let stored: Vec<String> = inquiries::table.select(inquiries::receipt).load(&mut locker).await.unwrap();
    assert_eq!(stored, [first]);
    drop((locker, postgres, process));
    clean_up(&data);
}
