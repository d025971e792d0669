//! A stolen copy names nobody: planted names, numbers, addresses and words are found in no dump, file, mail or output.

use std::path::Path;
use std::process::Command;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded;
use intake::values::Role;

use super::every_await::add_member;
use super::matrix::superuser;
use crate::support::process::{Process, clean_up, command, folder};
use crate::support::{Client, InquiryFields, PASSWORD, Page};

/// How many people are planted; each with a name, a number, an address and words of their own.
const PLANTED: usize = 50;

fn planted(at: usize) -> [(&'static str, String); 4] {
    [
        ("name", format!("Zephyrine Quillfeather{at}")),
        ("phone", format!("(831) 555-01{at:02} ext 77{at:03}")),
        ("email", format!("quillfeather.{at}@canary{at}.example")),
        ("message", format!("The heron of pond number {at} sings at dusk.")),
    ]
}

/// What is looked for: the parts nobody else would write.
fn needles() -> Vec<String> {
    (0..PLANTED)
        .flat_map(|at| {
            [
                format!("Quillfeather{at}"),
                format!("ext 77{at:03}"),
                format!("canary{at}.example"),
                format!("pond number {at} sings"),
            ]
        })
        .chain(["Zephyrine".into(), "heron of pond".into(), "+1831555".into()])
        .collect()
}

#[actix_web::test]
async fn no_dump_no_file_no_mail_holds_what_people_wrote() {
    let data = folder("planted");
    // The database writes down every statement with all it was given.
    let postgres = embedded::ensure(&data).unwrap();
    let mut owner = AsyncPgConnection::establish(&superuser(postgres.url())).await.unwrap();
    for sql in
        ["ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET log_parameter_max_length = -1", "SELECT pg_reload_conf()"]
    {
        owner.batch_execute(sql).await.unwrap();
    }
    let variables = [
        ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org"),
        ("RUST_LOG", "trace"),
        ("INTAKE__HTTP__METRICS_BIND", "127.0.0.1:0"),
    ];
    let process = Process::start(&data, &[], &variables);
    let client = Client::new(&process.base);
    for at in 0..PLANTED {
        let mut fields = InquiryFields::default().with("acknowledge", "yes");
        for (field, value) in planted(at) {
            fields = fields.with(field, value);
        }
        client.post("/inquiries", &fields.pairs()).await.assert_status(303);
    }
    // A value that is refused leaves no trace either.
    let refused = InquiryFields::default().with("name", "Zephyrine Quillfeather0").with("phone", "12").with("who_for", "Zephyrine");
    client.post("/inquiries", &refused.pairs()).await.assert_status(422);
    // What was typed into the sign-in goes to the database as well.
    let (typed, other) = ("loon.signs@marsh.example", "loon.asks@marsh.example");
    client.post("/staff/login", &[("email", typed), ("password", "Zephyrine Quillfeather9")]).await.assert_status(422);
    client.post("/staff/forgotten", &[("email", other)]).await.assert_status(200);
    let receipt = client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    let receipt = receipt.location().trim_start_matches("/receipts/").to_owned();
    client.get(&format!("/receipts/{receipt}")).await.assert_status(200);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let needles = needles();
    for (what, bytes) in shown(&data, &process, postgres.url()).await {
        // The center's own number stands on its pages.
        let text = String::from_utf8_lossy(&bytes).replace("+18315550142", "");
        assert_eq!(found(text.as_bytes(), &needles), Vec::<&str>::new(), "in {what}");
    }
    assert!(process.interrupt());
    drop(owner);
    let log = std::fs::read_to_string(data.join("log.txt")).unwrap();
    assert!(log.contains("TRACE") || log.contains("DEBUG") || log.contains("INFO"), "the log was asked for everything");
    for secret in ["Quillfeather", "canary", "heron", "Zephyrine", typed, other, &receipt] {
        assert_eq!(disguised(&log, secret), None, "{secret} stands in the log");
    }

    let dump = Command::new("pg_dump").arg(postgres.url()).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    assert_eq!(found(&dump.stdout, &needles), Vec::<&str>::new(), "in the dump");
    assert!(dump.stdout.windows(17).any(|window| window == b"COPY public.leads"), "the dump holds the tables");
    drop(postgres);

    let (mut files, mut statements) = (0, 0);
    walk(&data, &mut |path| {
        // Key files hold keys; mails to inquirers hold the one address they go to.
        let bytes = std::fs::read(path).unwrap_or_default();
        files += 1;
        statements += memchr::memmem::find_iter(&bytes, b"INSERT INTO inquiries").count();
        let mail = path.components().any(|part| part.as_os_str() == "mail");
        let allowed = |needle: &&str| mail && needle.starts_with("canary");
        let hits: Vec<&str> = found(&bytes, &needles).into_iter().filter(|needle| !allowed(needle)).collect();
        assert_eq!(hits, Vec::<&str>::new(), "in {}", path.display());
    });
    assert!(files > 500, "{files} files were read");
    assert!(statements > 0, "the database wrote down its statements, and they were looked at");
    clean_up(&data);
}

/// In which form these bytes stand in a log: as they are, as a list of numbers, in hexadecimal.
fn disguised(log: &str, secret: &str) -> Option<&'static str> {
    let numbers = |one: &dyn Fn(&u8) -> String, between: &str| secret.as_bytes().iter().map(one).collect::<Vec<_>>().join(between);
    let forms = [
        ("plain", secret.to_owned()),
        ("numbers", numbers(&u8::to_string, ", ")),
        ("numbers in lines", numbers(&u8::to_string, ",\n")),
        ("hexadecimal", numbers(&|byte| format!("{byte:02x}"), "")),
        ("hexadecimal, capital", numbers(&|byte| format!("{byte:02X}"), "")),
        ("escaped", numbers(&|byte| format!("\\x{byte:02x}"), "")),
        ("hexadecimal numbers", numbers(&|byte| format!("{byte:#04x}"), ", ")),
        ("pairs", numbers(&|byte| format!("{byte:02x}"), " ")),
    ];
    forms.into_iter().find(|(_, form)| log.contains(form.as_str())).map(|(name, _)| name)
}

#[test]
fn bytes_are_found_in_every_form_a_log_gives_them() {
    let parameters = format!("{:?}", [Some("zephyrine".as_bytes())]);
    assert_eq!(disguised(&format!("parameters: {parameters}"), "zephyrine"), Some("numbers"));
    assert_eq!(disguised("\\x7a6570687972696e65", "zephyrine"), Some("hexadecimal"));
    assert_eq!(disguised("nothing", "zephyrine"), None);
}

/// What the outside, a monitor, and those who may see no names get to see.
async fn shown(data: &Path, process: &Process, url: &str) -> Vec<(String, Vec<u8>)> {
    let mut seen = Vec::new();
    let mut keep = |what: &str, page: Page| seen.push((what.to_owned(), format!("{:?}\n{}", page.headers, page.body).into_bytes()));
    let stranger = Client::new(&process.base);
    for path in ["/nowhere", "/receipts/ZZZZ-ZZZZ-ZZZZ", "/readyz", "/staff/leads", "/receipts"] {
        keep(path, stranger.get(path).await);
    }
    keep("405", stranger.post("/readyz", &[("name", "Zephyrine Quillfeather0")]).await.assert_status(405));
    let metrics = process.greeting.lines().find_map(|line| line.strip_prefix("metrics     ")).expect("the address of the metrics");
    keep("the metrics", Client::new(metrics.trim_end_matches("/metrics")).get("/metrics").await.assert_status(200));

    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    add_member(data, &mut conn, "Ada", vec![Role::Administrator]).await;
    let admin = Client::new(&process.base);
    admin.post("/staff/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    for page in ["/staff/audit", "/staff/deliveries?show=all", "/staff/exports", "/staff/reports", "/staff/settings"] {
        keep(page, admin.get(page).await.assert_status(200));
    }
    keep("the audit log as a file", admin.post("/staff/audit/export", &[]).await.assert_status(200));
    let out = data.join("leads.csv");
    for args in
        [vec!["openapi"], vec!["export", "--format", "csv", "--purpose", "Figures", "--out", out.to_str().unwrap()], vec!["doctor"]]
    {
        let output = command(data).args(&args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        seen.push((args.join(" "), [output.stdout, output.stderr].concat()));
    }
    let rows = std::fs::read(&out).unwrap();
    assert!(rows.split(|byte| *byte == b'\n').count() > PLANTED, "everybody is in the file without names");
    seen.push(("the export without names".to_owned(), rows));
    seen
}

#[test]
fn the_search_for_planted_words_would_find_them() {
    let needles = needles();
    assert_eq!(found(b"..Zephyrine Quillfeather7 wrote..", &needles), ["Quillfeather7", "Zephyrine"]);
}

/// What every planted word contains; looked for first, because a cluster holds many megabytes.
const STEMS: [&str; 7] = ["Quillfeather", "ext 77", "canary", "pond", "Zephyrine", "heron", "+1831555"];

fn found<'a>(hay: &[u8], needles: &'a [String]) -> Vec<&'a str> {
    let holds = |needle: &str| memchr::memmem::find(hay, needle.as_bytes()).is_some();
    if !STEMS.iter().any(|stem| holds(stem)) {
        return Vec::new();
    }
    needles.iter().map(String::as_str).filter(|needle| holds(needle)).collect()
}

pub fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.is_file() {
            visit(&path);
        }
    }
}

#[test]
fn a_wrong_setting_is_one_clear_line_and_exit_code_1() {
    let data = folder("wrong-setting");
    let out = command(&data).env("INTAKE__HTTP__BYND", "1").arg("serve").output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(words.to_lowercase().contains("http.bynd") || words.contains("HTTP__BYND"), "{words}");
    let _gone = std::fs::remove_dir_all(&data);
}
