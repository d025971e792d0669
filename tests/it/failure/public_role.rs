//! The tier that faces the internet can only seal: it runs with the public key file alone, and the worker elsewhere adopts.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::inquiries;
use intake::db::{embedded, privileges};

use super::matrix::superuser;
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields};

#[actix_web::test]
async fn the_public_role_takes_inquiries_with_the_public_key_alone_and_the_staff_host_adopts_them() {
    let (inside, outside) = (folder("inside"), folder("outside"));
    let staff = Process::start(&inside, &["--role", "staff"], &[]);
    let postgres = embedded::ensure(&inside).unwrap();
    std::fs::create_dir_all(outside.join("keys")).unwrap();
    std::fs::copy(inside.join("keys/public.key"), outside.join("keys/public.key")).unwrap();

    let public = Process::start(&outside, &["--role", "public"], &[("DATABASE_URL", postgres.url())]);
    let client = Client::new(&public.base);
    let answer = client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    client.get(answer.location()).await.assert_status(200);
    assert!(!outside.join("keys/private.key").exists(), "the public role makes no private key");
    client.get("/staff/login").await.assert_status(404);
    Client::new(&staff.base).get("/en").await.assert_status(404);

    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let mut adopted = false;
    for _ in 0..50 {
        adopted = inquiries::table.select(inquiries::adopted).first(&mut conn).await.unwrap();
        if adopted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert!(adopted, "the worker re-seals under the record key");
    drop((conn, public, staff, postgres));
    clean_up(&inside);
    let _gone = std::fs::remove_dir_all(&outside);
}

#[actix_web::test]
async fn what_the_public_host_spooled_is_stored_with_its_own_role_and_keeps_its_receipt() {
    let (inside, outside) = (folder("role-inside"), folder("role-outside"));
    let staff = Process::start(&inside, &["--role", "staff"], &[]);
    let postgres = embedded::ensure(&inside).unwrap();
    let mut root = AsyncPgConnection::establish(&superuser(postgres.url())).await.unwrap();
    root.batch_execute("CREATE ROLE intake_public LOGIN").await.unwrap();
    privileges::grant_public(postgres.url(), "intake_public").await.unwrap();
    std::fs::create_dir_all(outside.join("keys")).unwrap();
    std::fs::copy(inside.join("keys/public.key"), outside.join("keys/public.key")).unwrap();
    let url = postgres.url().replacen("intake@", "intake_public@", 1);
    let public = Process::start(&outside, &["--role", "public"], &[("DATABASE_URL", &url)]);
    let client = Client::new(&public.base);
    let person = |name: &str| InquiryFields::default().with("name", name);
    let before = client.post("/inquiries", &person("June Before").pairs()).await.assert_status(303);

    let away =
        "ALTER ROLE intake_public NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'intake_public'";
    root.batch_execute(away).await.unwrap();
    let spooled = client.post("/inquiries", &person("June Spooled").pairs()).await.assert_status(303);
    root.batch_execute("ALTER ROLE intake_public LOGIN").await.unwrap();
    let waiting = || {
        std::fs::read_dir(outside.join("spool"))
            .unwrap()
            .filter(|one| one.as_ref().unwrap().path().extension().is_some_and(|end| end == "inquiry"))
            .count()
    };
    for _ in 0..200 {
        if waiting() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(waiting(), 0, "{}", std::fs::read_to_string(outside.join("log.txt")).unwrap());
    let stored: i64 = inquiries::table.count().get_result(&mut root).await.unwrap();
    assert_eq!(stored, 2);
    for answer in [before, spooled] {
        client.get(answer.location()).await.assert_status(200);
    }
    drop((root, public, staff, postgres));
    clean_up(&inside);
    let _gone = std::fs::remove_dir_all(&outside);
}

#[test]
fn another_deployments_keys_refuse_to_start_and_say_what_to_do() {
    let data = folder("foreign-keys");
    drop(Process::start(&data, &[], &[]));
    for key in ["private.key", "public.key"] {
        std::fs::remove_file(data.join("keys").join(key)).unwrap();
    }
    let out = command(&data).arg("serve").output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(words.contains("key"), "{words}");
    clean_up(&data);
}
