//! Migrations that start together, and migrations that are killed in the middle.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::migrations::known;

use super::migrations::schema;
use crate::failure::away::well;
use crate::support::process::{Process, command, folder};
use crate::support::{Client, InquiryFields, TestDatabase};

/// The Postgres of the tests does not wait for its disk.
const UNSAFE: (&str, &str) = ("INTAKE__DATABASE__ALLOW_UNSAFE_DURABILITY", "true");

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// An empty database, and how it looks when it is migrated.
async fn empty() -> (TestDatabase, String) {
    let database = TestDatabase::fresh().await;
    let mut conn = database.connect().await;
    let migrated = schema(&mut conn).await;
    conn.batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    assert_eq!(schema(&mut conn).await, "");
    (database, migrated)
}

fn migrate(data: &std::path::Path, url: &str) -> Child {
    let mut command = command(data);
    command.arg("migrate").env("DATABASE_URL", url).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How many migrations are recorded.
async fn applied(conn: &mut AsyncPgConnection) -> usize {
    let sql = "SELECT count(*) AS count FROM pg_class WHERE relname = '__diesel_schema_migrations'";
    if diesel::sql_query(sql).get_result::<Count>(conn).await.unwrap().count == 0 {
        return 0;
    }
    let sql = "SELECT count(*) AS count FROM __diesel_schema_migrations";
    usize::try_from(diesel::sql_query(sql).get_result::<Count>(conn).await.unwrap().count).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_that_start_at_once_migrate_once() {
    let (database, migrated) = empty().await;
    let data = folder("together");
    let five: Vec<Child> = (0..5).map(|_| migrate(&data, &database.url)).collect();
    let mut names = Vec::new();
    for child in five {
        let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        names.extend(said.lines().filter_map(|line| line.strip_prefix("applied ")).map(ToOwned::to_owned));
    }
    assert_eq!(names.len(), known().unwrap().len(), "each by one of them");
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>().len(), known().unwrap().len(), "and none twice");
    assert_eq!(schema(&mut database.connect().await).await, migrated);
    let _gone = std::fs::remove_dir_all(data);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_that_are_killed_leave_none_or_all_of_each_and_the_next_start_goes_on() {
    let (database, migrated) = empty().await;
    let data = folder("killed-migrations");
    let all = known().unwrap().len();
    let mut in_the_middle = 0;
    let mut conn = database.connect().await;
    for attempt in 0..400_u64 {
        let mut child = migrate(&data, &database.url);
        // So many more than before, then the end comes at once.
        let before = applied(&mut conn).await;
        while applied(&mut conn).await < (before + 4).min(all) {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(attempt % 7 * 300)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let now = applied(&mut conn).await;
        if now == all {
            break;
        }
        in_the_middle += usize::from(now > 0);
    }
    assert!(in_the_middle >= 5, "{in_the_middle} kills were in the middle");
    let output = tokio::task::spawn_blocking({
        let child = migrate(&data, &database.url);
        move || child.wait_with_output()
    });
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(schema(&mut conn).await, migrated, "nothing half done was left behind");
    let _gone = std::fs::remove_dir_all(data);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_servers_that_start_at_once_on_an_empty_database_share_one_schema_and_one_pair_of_keys() {
    let (database, migrated) = empty().await;
    let data = folder("five-servers");
    let start = || {
        let (data, url) = (data.clone(), database.url.clone());
        tokio::task::spawn_blocking(move || Process::start(&data, &[], &[("DATABASE_URL", &url), UNSAFE]))
    };
    let starting: Vec<_> = (0..5).map(|_| start()).collect();
    let mut five = Vec::new();
    for one in starting {
        five.push(one.await.unwrap());
    }
    assert_eq!(schema(&mut database.connect().await).await, migrated);
    let mut receipts = Vec::new();
    for (at, one) in five.iter().enumerate() {
        let client = Client::new(&one.base);
        well(&client).await;
        let fields = InquiryFields::default().with("name", format!("Wren {at}")).with("submission_key", format!("{at}"));
        receipts.push(client.post("/inquiries", &fields.pairs()).await.assert_status(303).location().to_owned());
    }
    // What one took, each of the others knows.
    for one in &five {
        for receipt in &receipts {
            Client::new(&one.base).get(receipt).await.assert_status(200);
        }
    }
    for one in five {
        assert!(one.terminate());
    }
    let _gone = std::fs::remove_dir_all(data);
    database.remove().await;
}
