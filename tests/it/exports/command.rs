//! `intake export`, as the person who installed Intake runs it.

use std::process::Output;

use crate::support::process::{Process, clean_up, command, folder};

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
