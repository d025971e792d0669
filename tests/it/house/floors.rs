//! Imports go downward only.

use super::source::{Source, rust_files};

/// Composes everything; imported by nobody below.
const TOP: [&str; 7] = ["main", "lib", "cli", "server", "routes", "health", "worker"];
/// Features; each may import those to its right.
const FEATURES: [&str; 7] = ["integrations", "reports", "enrollment", "leads", "inquiries", "programs", "staff"];
/// Know no feature, nor each other.
const SHARED: [&str; 3] = ["web", "outbox", "audit"];
/// Macros, exported from the root whatever room they are written in.
const MACROS: [&str; 2] = ["coded_choice", "mail_templates"];
const GROUND: [&str; 8] = ["app", "db", "mail", "sealing", "config", "telemetry", "spool", "files"];

fn room(source: &Source) -> String {
    let inside = source.path.trim_start_matches("src/");
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs").to_owned()
}

fn may_import(from: &str, to: &str) -> bool {
    let feature = |room: &str| FEATURES.iter().position(|feature| *feature == room);
    if from == to || to == "values" || TOP.contains(&from) {
        return true;
    }
    if let Some(from) = feature(from) {
        return feature(to).is_some_and(|to| to > from) || SHARED.contains(&to) || GROUND.contains(&to);
    }
    (SHARED.contains(&from) || GROUND.contains(&from)) && GROUND.contains(&to)
}

/// Rooms named as `crate::room`, in whatever form.
fn imports(source: &Source) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in source.code() {
        for (at, start) in line.match_indices("crate::") {
            if at > 0 && line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &line[at + start.len()..];
            let names = match rest.strip_prefix('{') {
                Some(list) => list.split([',', '}']).map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let room: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if !room.is_empty() && !MACROS.contains(&room.as_str()) {
                    found.push((room, line.trim().to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn imports_go_downward_only() {
    let mut wrong = Vec::new();
    for source in rust_files("src") {
        let from = room(&source);
        for (to, line) in imports(&source) {
            if !may_import(&from, &to) {
                wrong.push(format!("{}: {line}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "these imports go up or sideways:\n{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_on_a_known_floor() {
    for source in rust_files("src") {
        let room = room(&source);
        let known = TOP.contains(&room.as_str())
            || FEATURES.contains(&room.as_str())
            || SHARED.contains(&room.as_str())
            || GROUND.contains(&room.as_str())
            || room == "values";
        assert!(known, "{} is on no floor: docs/ARCHITECTURE.md lists them", source.path);
    }
}
