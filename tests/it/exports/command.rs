//! `intake export`, as the person who installed Intake runs it.

use std::process::Output;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use intake::db::embedded;

use crate::support::process::{Process, clean_up, command, folder};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn run(data: &std::path::Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

#[test]
fn the_command_writes_the_rows_of_the_page_and_says_clearly_what_is_wrong() {
    let data = folder("export-command");
    let out = data.join("leads.csv");
    let serving = Process::start(&data, &["--no-worker"], &[]);
    assert!(run(&data, &["seed", "--leads", "40"]).status.success());
    let path = out.to_str().unwrap();
    let export = ["export", "--format", "csv", "--columns", "identified", "--purpose", "A test", "--out", path];
    let done = run(&data, &export);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    let rows = super::rows(&text).len() - 1;
    assert!(rows > 20 && said.starts_with(&format!("{rows} rows, {} bytes, SHA-256 ", text.len())), "{said}");
    let again = run(&data, &export);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is there already"));
    assert_eq!(run(&data, &["export", "--format", "pdf", "--purpose", "x", "--out", "x"]).status.code(), Some(2));
    drop(serving);
    clean_up(&data);
}

#[actix_web::test]
async fn the_command_keeps_no_file_without_a_trace_and_blocks_no_other() {
    let data = folder("export-untraced");
    let serving = Process::start(&data, &["--no-worker"], &[]);
    assert!(run(&data, &["seed", "--leads", "10"]).status.success());
    let postgres = embedded::ensure(&data).unwrap();
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let files = || {
        std::fs::read_dir(&data).unwrap().filter(|entry| entry.as_ref().unwrap().path().to_str().unwrap().contains("leads")).count()
    };
    let out = data.join("leads.csv");
    let export = ["export", "--format", "csv", "--columns", "identified", "--purpose", "A test", "--out", out.to_str().unwrap()];
    for (refused, state) in [("export.started", "asked"), ("export.finished", "broken_off")] {
        let no_trace = format!(
            "CREATE FUNCTION no_trace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$; \
             CREATE TRIGGER no_trace BEFORE INSERT ON audit_events FOR EACH ROW WHEN (NEW.action = '{refused}') \
             EXECUTE FUNCTION no_trace()"
        );
        conn.batch_execute(&no_trace).await.unwrap();
        let done = run(&data, &export);
        assert_eq!((done.status.code(), files()), (Some(1), 0), "{refused}: {}", String::from_utf8_lossy(&done.stderr));
        conn.batch_execute("DROP TRIGGER no_trace ON audit_events; DROP FUNCTION no_trace").await.unwrap();
        let left = diesel::sql_query(format!("SELECT count(*) AS count FROM exports WHERE state = '{state}'"));
        assert_eq!(left.get_result::<Count>(&mut conn).await.unwrap().count, 1, "{refused}: how the list has it");
    }
    let done = run(&data, &export);
    assert!(done.status.success() && files() == 1, "{}", String::from_utf8_lossy(&done.stderr));
    drop((conn, postgres, serving));
    clean_up(&data);
}
