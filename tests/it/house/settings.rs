//! Every setting is documented, in `config/default.toml` and in docs/CONFIGURATION.md, and every documented one is read.

use super::source::root;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Keys with the line before them and their default.
fn keys() -> Vec<(String, String, String)> {
    let (mut section, mut before, mut found) = (String::new(), String::new(), Vec::new());
    for line in read("config/default.toml").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            found.push((format!("{section}{key}"), before.clone(), value.to_owned()));
        }
        line.clone_into(&mut before);
    }
    assert!(found.len() > 30);
    found
}

#[test]
fn every_key_of_the_defaults_has_a_comment_that_is_a_sentence() {
    for (key, before, _) in keys() {
        assert!(before.starts_with("# ") && before.ends_with(['.', ')']), "{key} has no comment before it");
    }
}

#[test]
fn every_documented_key_is_read() {
    let reader: String = super::source::rust_files("src/config").into_iter().map(|source| source.text).collect();
    for (key, _, _) in keys() {
        assert!(reader.contains(&format!("\"{key}\"")), "{key} is in default.toml, and nothing reads it");
    }
}

#[test]
fn the_page_for_operators_lists_every_key_with_its_default() {
    let page = read("docs/CONFIGURATION.md");
    for (key, _, default) in keys() {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/CONFIGURATION.md lacks {key}"));
        let shown = match default.trim_matches('"') {
            "" | "[]" => "not set".to_owned(),
            value => format!("`{}`", value.replace(['[', ']', '"'], "")),
        };
        assert!(row.contains(&format!("| {shown} |")), "{key}: the page should show {shown}: {row}");
    }
}

/// The number and unit a piece of code stands for: `Duration::from_secs(5)` is `5 s`.
fn meaning(code: &str) -> String {
    let number = |from: &str| from.chars().filter(char::is_ascii_digit).collect::<String>();
    for (call, unit) in [("from_secs(", " s"), ("from_millis(", " ms"), ("from_mins(", " min")] {
        if let Some((_, rest)) = code.split_once(call) {
            return number(rest.split(')').next().unwrap()) + unit;
        }
    }
    let value = code.rsplit('=').next().unwrap();
    number(value) + if value.contains("s'") { " s" } else { "" }
}

#[test]
fn the_bounds_that_are_no_settings_are_documented_as_they_are() {
    let page = read("docs/CONFIGURATION.md");
    let table = page.split_once("| what | bound | code |").expect("the table").1;
    let rows: Vec<&str> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 15, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, bound, code] = cells.as_slice() else { panic!("{row}") };
        let pieces: Vec<&str> = code.split('`').skip(1).step_by(2).collect();
        let [file, code] = pieces.as_slice() else { panic!("{row}") };
        assert!(read(file).contains(code), "{file} does not say {code}: {row}");
        assert_eq!(*bound, meaning(code), "{row}");
    }
}
