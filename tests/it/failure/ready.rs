//! What `/readyz` says of a spool that takes nothing and of a server that takes no writes.

use std::path::Path;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded;

use super::away::{readiness, until};
use super::kill::kill_postgres;
use super::matrix::{SmallDisk, superuser};
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields};

/// Waits until both answers are these, and `key` has this value.
async fn says(client: &Client, statuses: [u16; 2], key: &str, value: &str) {
    until(&format!("{statuses:?} {key}={value}"), async || {
        let (plain, said) = readiness(client, "/readyz").await;
        let (strict, _) = readiness(client, "/readyz?strict").await;
        [plain, strict] == statuses && said[key] == value
    })
    .await;
}

/// `intake doctor` fails and says so.
fn doctor_says(data: &Path, words: &str) {
    let output = command(data).arg("doctor").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && said.contains(words), "{said}");
}

#[actix_web::test]
async fn a_full_disk_under_the_spool_shows_before_the_database_goes_and_is_not_ready_once_it_went() {
    let data = folder("ready-disk");
    std::fs::create_dir_all(data.join("spool")).unwrap();
    let Ok(disk) = SmallDisk::under(&data.join("spool"), 40) else {
        eprintln!("not run: this machine lets nobody mount");
        return;
    };
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    says(&client, [200, 200], "spool_room", "ok").await;
    disk.fill();
    says(&client, [200, 503], "spool_room", "disk full").await;
    doctor_says(&data, "disk full");
    client.post("/inquiries", &InquiryFields::default().with("name", "Early").pairs()).await.assert_status(303);
    kill_postgres(&data);
    says(&client, [503, 503], "database", "unreachable").await;
    client.post("/inquiries", &InquiryFields::default().with("name", "Late").pairs()).await.assert_status(503);
    disk.make_room();
    says(&client, [200, 503], "spool_room", "ok").await;
    client.post("/inquiries", &InquiryFields::default().with("name", "Late").pairs()).await.assert_status(303);
    drop(embedded::ensure(&data).unwrap());
    says(&client, [200, 200], "database", "ok").await;
    drop(process);
    drop(disk);
    clean_up(&data);
}

#[actix_web::test]
async fn a_spool_above_its_bound_and_files_set_aside_are_not_well() {
    let data = folder("ready-bound");
    let process = Process::start(&data, &[], &[("INTAKE__SPOOL__MAX_MEGABYTES", "1")]);
    let client = Client::new(&process.base);
    says(&client, [200, 200], "status", "ok").await;
    let ballast = data.join("spool/ballast");
    std::fs::create_dir_all(data.join("spool")).unwrap();
    std::fs::write(&ballast, vec![7; 1_024 * 1_024]).unwrap();
    says(&client, [200, 503], "spool_room", "full").await;
    std::fs::remove_file(ballast).unwrap();
    let aside = data.join(format!("spool/{}.held", uuid::Uuid::now_v7()));
    std::fs::write(&aside, b"?").unwrap();
    says(&client, [200, 503], "status", "degraded").await;
    assert_eq!(readiness(&client, "/readyz").await.1["spool_set_aside"], 1);
    std::fs::remove_file(aside).unwrap();
    says(&client, [200, 200], "status", "ok").await;
    drop(process);
    clean_up(&data);
}

#[actix_web::test]
async fn a_server_that_takes_no_writes_is_not_ready_for_staff_and_leaves_the_form_its_spool() {
    let data = folder("ready-read-only");
    let all = Process::start(&data, &[], &[]);
    let postgres = embedded::ensure(&data).unwrap();
    let outside = folder("ready-read-only-staff");
    std::fs::create_dir_all(outside.join("keys")).unwrap();
    for key in ["private.key", "public.key"] {
        std::fs::copy(data.join("keys").join(key), outside.join("keys").join(key)).unwrap();
    }
    let staff = Process::start(&outside, &["--role", "staff"], &[("DATABASE_URL", postgres.url())]);
    let mut root = AsyncPgConnection::establish(&superuser(postgres.url())).await.unwrap();
    for sql in ["ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"] {
        root.batch_execute(sql).await.unwrap();
    }
    let (form, side) = (Client::new(&all.base), Client::new(&staff.base));
    says(&form, [200, 503], "database", "read only").await;
    says(&side, [503, 503], "database", "read only").await;
    doctor_says(&data, "it takes no writes");
    let given = form.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    root.batch_execute("SET transaction_read_only = off; SET default_transaction_read_only = off").await.unwrap();
    for sql in ["ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()"] {
        root.batch_execute(sql).await.unwrap();
    }
    says(&form, [200, 200], "database", "ok").await;
    says(&side, [200, 200], "database", "ok").await;
    form.get(given.location()).await.assert_status(200);
    drop((root, staff, all, postgres));
    clean_up(&data);
    let _gone = std::fs::remove_dir_all(&outside);
}

#[actix_web::test]
async fn a_crowd_of_checkers_opens_no_more_connections_than_one() {
    let data = folder("ready-crowd");
    let process = Process::start(&data, &[], &[]);
    let client = Client::new(&process.base);
    let postgres = embedded::ensure(&data).unwrap();
    let connections = async || {
        use diesel_async::RunQueryDsl;
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
        let sql = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = 'intake' AND pid <> pg_backend_pid()";
        diesel::sql_query(sql).get_result::<Count>(&mut conn).await.unwrap().count
    };
    client.get("/readyz").await.assert_status(200);
    // The worker's own pool fills by itself.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let before = connections().await;
    for _ in 0..5 {
        let all = futures_util::future::join_all((0..200).map(|_| client.get("/readyz"))).await;
        assert!(all.iter().all(|page| page.status == 200));
    }
    assert!(connections().await <= before + 2, "checkers cost connections");
    drop((process, postgres));
    clean_up(&data);
}
