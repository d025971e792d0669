//! The form starts while its database is away, gives receipts, and stores what it took when the database answers.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;
use intake::db::schema::inquiries;

use super::kill::kill_postgres;
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields};

#[actix_web::test]
async fn the_public_form_starts_without_its_database_and_stores_what_it_took_when_it_is_there() {
    let (elsewhere, data) = (folder("away-database"), folder("away"));
    let postgres = embedded::ensure(&elsewhere).unwrap();
    let url = postgres.url().to_owned();
    for args in [["keys", "init"].as_slice(), &["migrate"]] {
        let output = command(&data).args(args).env("DATABASE_URL", &url).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    kill_postgres(&elsewhere);
    for role in ["all", "staff"] {
        let refused = command(&data).args(["serve", "--role", role]).env("DATABASE_URL", &url).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{role}: the staff side compares its keys before it writes");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("cannot connect to the database"), "{role}");
    }

    let process = Process::start(&data, &["--role", "public"], &[("DATABASE_URL", &url)]);
    let client = Client::new(&process.base);
    client.get("/readyz").await.assert_status(503);
    let mut given = Vec::new();
    for at in 0..5 {
        let fields = InquiryFields::default().with("name", format!("Wren {at}")).with("submission_key", format!("{at}"));
        let page = client.post("/inquiries", &fields.pairs()).await.assert_status(303);
        given.push(page.location().trim_start_matches("/receipts/").to_owned());
    }
    drop(embedded::ensure(&elsewhere).unwrap());
    let since = Instant::now();
    while !client.get("/readyz").await.body.contains("\"spool\":0") {
        assert!(since.elapsed() < Duration::from_secs(30), "the spool is not drained");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    client.get("/readyz").await.assert_status(200);
    let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
    let mut stored: Vec<String> = inquiries::table.select(inquiries::receipt).load(&mut conn).await.unwrap();
    stored.sort();
    given.sort();
    assert_eq!(stored, given);
    // Whoever starts the others again (systemd does) finds them serving.
    for role in ["all", "staff"] {
        let other = Process::start(&data, &["--role", role], &[("DATABASE_URL", &url)]);
        let client = Client::new(&other.base);
        client.get("/readyz").await.assert_status(200);
        client.get("/staff/login").await.assert_status(200);
        assert!(other.terminate(), "{role} ends in good order");
    }
    drop((conn, process, postgres));
    clean_up(&elsewhere);
    let _gone = std::fs::remove_dir_all(&data);
}
