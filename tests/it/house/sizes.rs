//! Small files that say why they are there.

use super::source::{Source, files, root, rust_files};

const LARGEST: usize = 300;
const LARGEST_TEST: usize = 400;

fn too_long(sources: &[Source], most: usize) -> Vec<String> {
    let length = |source: &Source| source.text.lines().count();
    sources
        .iter()
        .filter(|source| length(source) > most)
        .map(|source| format!("{} has {} lines", source.path, length(source)))
        .collect()
}

#[test]
fn no_file_outgrows_its_reader() {
    let generated = "src/db/schema.rs";
    let sources: Vec<Source> = rust_files("src").into_iter().filter(|source| source.path != generated).collect();
    let mut wrong = too_long(&sources, LARGEST);
    wrong.extend(too_long(&rust_files("tests"), LARGEST_TEST));
    wrong.extend(too_long(&rust_files("benches"), LARGEST_TEST));
    assert!(wrong.is_empty(), "split these: {wrong:#?}");
}

#[test]
fn every_module_says_why_it_is_there() {
    let wrong: Vec<String> =
        rust_files("src").into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "these begin without `//!`: {wrong:?}");
}

#[test]
fn every_exception_to_a_lint_gives_its_reason() {
    for source in rust_files("src") {
        for line in source.code() {
            assert!(!line.contains("[allow("), "{}: {line}: use expect with a reason", source.path);
        }
    }
}

#[test]
fn nothing_names_the_host_of_a_package_registry() {
    let hosts =
        [["registry", "npmjs", "org"], ["registry", "yarnpkg", "com"], ["static", "crates", "io"], ["index", "crates", "io"]];
    for source in files(".") {
        for host in hosts.map(|parts| parts.join(".")) {
            assert!(!source.text.contains(&host), "{} names {host}", source.path);
        }
    }
}

#[test]
fn every_crate_has_its_line_in_the_list_of_dependencies() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).expect("manifest").parse().expect("TOML");
    let list = std::fs::read_to_string(root().join("docs/DEPENDENCIES.md")).expect("docs/DEPENDENCIES.md");
    for section in ["dependencies", "dev-dependencies"] {
        for name in manifest[section].as_table().expect("table").keys() {
            assert!(list.lines().any(|line| line.starts_with(&format!("| {name} |"))), "docs/DEPENDENCIES.md lacks {name}");
        }
    }
    for row in list.lines().filter_map(|line| line.strip_prefix("| ")).filter_map(|line| line.split(" |").next()).skip(1) {
        let known = ["dependencies", "dev-dependencies"]
            .iter()
            .any(|section| manifest[*section].as_table().expect("table").contains_key(row));
        assert!(known || row == "---", "docs/DEPENDENCIES.md lists {row}, which Cargo.toml does not");
    }
}
