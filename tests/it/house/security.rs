//! The walk through ASVS in docs/SECURITY.md: every line that binds us is there, and every test it names exists.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{root, rust_files};

/// The requirements that bind Intake.
const BINDING: &str = "1.1.1 1.2.1 1.2.4 1.2.10 1.3.3 1.3.11 1.4.2 2.1.1 2.2.1 2.2.2 2.3.1 2.3.3 2.3.4 2.4.1 2.4.2 3.2.1 3.3.1-3.3.4 \
    3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.7 3.4.8 3.5.1-3.5.3 3.5.5 3.5.8 3.6.1 3.7.2 4.1.1 4.1.3 15.3.4 4.1.4 13.4.4 4.2.1 6.1.1 \
    6.2.1-6.2.9 6.2.10 6.4.2 6.3.1 6.3.2 6.3.3 6.3.5 6.3.7 6.3.8 6.4.1 6.4.6 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.5 6.5.8 6.6.3 7.1.1 \
    7.1.2 7.2.1-7.2.4 7.3.1 7.3.2 7.4.1-7.4.3 7.4.5 7.4.4 7.5.1 7.5.2 7.5.3 8.1.1 8.2.1-8.2.3 8.3.1 8.3.2 11.1.1 11.1.2 11.2.1-11.2.3 \
    11.2.4 11.2.5 11.3.2-11.3.4 11.4.2 11.5.1 12.1.1 12.2.1 12.3.1 12.3.2 13.1.2 13.1.3 13.2.6 13.2.2 13.3.1 13.3.4 13.4.2 13.4.5 13.4.6 \
    14.1.1 14.1.2 14.2.1 14.2.4 14.3.1-14.3.3 15.1.1 15.2.1 15.1.2 15.1.3 15.2.2 15.3.3 15.3.7 15.4.1-15.4.3 16.2.1-16.2.5 \
    16.3.1-16.3.4 16.4.1 16.4.2 16.4.3 16.5.1-16.5.4";

/// Lines of the table: requirements, statement, what shows it.
fn lines() -> Vec<(String, String, String)> {
    let page = std::fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let table = page.split_once("| ASVS |").expect("the table").1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 3, "{row}");
        (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned())
    })
    .collect()
}

/// `3.3.1-3.3.4 4.1.1` as its single requirements.
fn single(list: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for item in list.split_whitespace() {
        let (from, to) = item.split_once('-').unwrap_or((item, item));
        let (front, first) = from.rsplit_once('.').expect("three numbers");
        let end = to.strip_prefix(&format!("{front}.")).expect("a range within one section");
        let numbers: (u32, u32) = (first.parse().unwrap(), end.parse().unwrap());
        all.extend((numbers.0..=numbers.1).map(|number| format!("{front}.{number}")));
    }
    all
}

#[test]
fn every_requirement_that_binds_us_has_its_line() {
    let mut seen = BTreeSet::new();
    for (list, statement, shown) in lines() {
        for id in single(&list) {
            assert!(seen.insert(id.clone()), "{id} stands there twice");
        }
        assert!(!statement.is_empty() && (!shown.is_empty() || statement.starts_with("Does not apply: ")), "{list} shows nothing");
    }
    assert_eq!(seen, single(BINDING));
}

/// What is between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_and_file_the_walk_names_exists() {
    let mut tests: BTreeMap<String, String> = BTreeMap::new();
    for folder in ["tests/it", "src"] {
        for source in rust_files(folder) {
            let path = source.path.trim_end_matches(".rs").trim_end_matches("/mod").trim_start_matches(folder);
            tests.entry(path.trim_matches('/').replace('/', "::")).or_default().push_str(&source.text);
        }
    }
    let mut named = 0;
    for (list, _, shown) in lines() {
        for name in quoted(&shown) {
            if let Some((module, test)) = name.rsplit_once("::") {
                let source = tests.get(module).unwrap_or_else(|| panic!("{list}: there is no file of {name}"));
                let found = source.match_indices(&format!("fn {test}(")).any(|(at, _)| {
                    let before = source[..at].trim_end().trim_end_matches("async").trim_end();
                    before.rsplit_once("#[").is_some_and(|(_, attribute)| attribute.contains("test") && attribute.ends_with(']'))
                });
                assert!(found, "{list}: there is no test {name}");
                named += 1;
            } else if name.contains(['/', '.']) {
                assert!(root().join(name).exists(), "{list}: there is no file {name}");
            }
        }
    }
    assert!(named > 100, "{named}");
}
