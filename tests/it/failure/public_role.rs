//! The tier that faces the internet can only seal: it runs with the public key file alone, and the worker elsewhere adopts.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::embedded;
use intake::db::schema::inquiries;

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
