//! An answer that refuses, or that says something broke, names nobody; and an export that breaks in its middle is no whole file.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded;

use super::every_await::add_manager;
use crate::exports::asking;
use crate::leads::lead_of;
use crate::support::process::{Process, clean_up, folder};
use crate::support::{Client, InquiryFields, PASSWORD, Page, TestApp};

const PLANTED: [&str; 4] = ["Quillfeather", "5550143", "heron of pond", "canary.example"];

fn planted() -> InquiryFields {
    InquiryFields::default()
        .with("name", "Zephyrine Quillfeather")
        .with("phone", "(831) 555-0143")
        .with("email", "heron@canary.example")
        .with("message", "The heron of pond seven sings at dusk.")
}

fn names_nobody(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{}", page.body);
    let whole = format!("{:?}{}", page.headers, page.body);
    for word in PLANTED {
        assert!(!whole.contains(word), "{word} is in an answer with {status}: {whole}");
    }
}

#[actix_web::test]
async fn pages_with_409_410_422_and_500_name_nobody() {
    let app = TestApp::start().await;
    let reference = lead_of(&app, &planted()).await;
    let (mara, ruth) = (app.manager().await, app.administrator().await);
    let lead = format!("/staff/leads/{reference}");
    let shown = mara.get(&lead).await.assert_status(200).assert_shows("Zephyrine Quillfeather");
    shown.assert_shows("The heron of pond seven");

    let nothing = [("format", "csv"), ("columns", "identified"), ("purpose", " ")];
    names_nobody(&mara.post("/staff/exports", &nothing).await, 422);
    names_nobody(&ruth.get("/staff/audit?record=nothing+of+ours").await, 422);
    let rights = format!("{lead}/rights");
    let version = mara.get(&rights).await.assert_status(200).attribute("data-version").unwrap();
    names_nobody(&mara.post(&format!("{rights}/erasure"), &[("version", &version), ("reason", "")]).await, 422);

    // A file is fetched once; the second time there is a page instead.
    let asked = mara.post("/staff/exports", &asking("csv", "identified")).await.assert_status(303);
    mara.get(asked.location()).await.assert_status(200).assert_shows("Quillfeather");
    names_nobody(&mara.get(asked.location()).await, 409);

    let mut conn = app.conn().await;
    conn.batch_execute("ALTER TABLE timeline_entries RENAME TO timeline_elsewhere").await.unwrap();
    names_nobody(&mara.get(&lead).await, 500);
    conn.batch_execute("ALTER TABLE timeline_elsewhere RENAME TO timeline_entries").await.unwrap();
    conn.batch_execute("UPDATE inquiries SET contact = set_byte(contact, 40, 255 - get_byte(contact, 40))").await.unwrap();
    names_nobody(&mara.get(&lead).await, 500);
    conn.batch_execute("UPDATE inquiries SET contact = set_byte(contact, 40, 255 - get_byte(contact, 40))").await.unwrap();
    mara.get(&lead).await.assert_status(200).assert_shows("Zephyrine Quillfeather");

    let gone = [("version", version.as_str()), ("reason", "person_asked")];
    mara.post(&format!("{rights}/erasure"), &gone).await.assert_status(303);
    names_nobody(&mara.get(&lead).await, 410);
    drop(conn);
    app.deliver_mail().await;
    app.stop().await;
}

#[actix_web::test]
async fn an_export_with_a_fault_in_its_middle_is_cut_off_and_the_log_names_nobody() {
    let data = folder("cut-export");
    let process = Process::start(&data, &[], &[("RUST_LOG", "trace")]);
    let postgres = embedded::ensure(&data).unwrap();
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let client = Client::new(&process.base);
    // More than a portion: what was made before the fault has left.
    for at in 0..1_200 {
        let fields = planted().with("name", format!("Zephyrine Quillfeather{at}")).with("submission_key", format!("{at}"));
        client.post("/inquiries", &fields.pairs()).await.assert_status(303);
    }
    let damage = "UPDATE inquiries SET contact = set_byte(contact, 40, 255 - get_byte(contact, 40)) \
                  WHERE received_at = (SELECT max(received_at) FROM inquiries)";
    conn.batch_execute(damage).await.unwrap();
    add_manager(&data, &mut conn).await;
    client.post("/staff/login", &[("email", "mara@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    for format in ["csv", "xlsx"] {
        let asked = client.post("/staff/exports", &asking(format, "identified")).await.assert_status(303);
        let answer = client.request(reqwest::Method::GET, asked.location()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{format}: it began");
        assert!(answer.bytes().await.is_err(), "{format}: half a file is taken for a whole one");
        let listed = client.get("/staff/exports").await.assert_status(200);
        assert!(
            listed.body.contains("Broken off") && !listed.body.contains("data-state=\"finished\""),
            "{format}: {}",
            listed.body
        );
    }
    drop((conn, postgres));
    assert!(process.interrupt());
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap() + &std::fs::read_to_string(data.join("stdout.txt")).unwrap();
    assert!(log.contains("an export broke off"), "the log says it");
    for word in PLANTED {
        assert!(!log.contains(word), "{word} is in the log");
    }
    clean_up(&data);
}
