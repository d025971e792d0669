//! Every word of the public side exists in both languages, and none is left over.

use std::collections::BTreeSet;
use std::path::Path;

const ENGLISH: &str = include_str!("../../../config/locales/en.ftl");
const SPANISH: &str = include_str!("../../../config/locales/es.ftl");

/// Ids and values; a value may run over several lines.
fn messages(source: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in source.lines() {
        match line.split_once(" =") {
            Some((id, value)) if line.starts_with(|c: char| c.is_ascii_lowercase()) => found.push((id.into(), value.trim().into())),
            _ if line.starts_with(' ') => found.last_mut().expect("a value belongs to a message").1.push_str(line),
            _ => {}
        }
    }
    found
}

fn ids(source: &str) -> BTreeSet<String> {
    messages(source).into_iter().map(|(id, _)| id).collect()
}

/// Everything under a folder, as one text.
fn read_all(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            read_all(&path, text);
        } else {
            text.push_str(&std::fs::read_to_string(&path).expect("it is text"));
            text.push('\n');
        }
    }
}

fn house() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    read_all(&root.join("src"), &mut text);
    read_all(&root.join("templates"), &mut text);
    text
}

/// What stands between `before` and the next quote, wherever `before` occurs.
fn quoted_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(before).filter_map(move |(at, _)| text[at + before.len()..].split('"').next())
}

fn values_of(pattern: &str) -> BTreeSet<&str> {
    pattern.match_indices("{ $").filter_map(|(at, _)| pattern[at + 3..].split([' ', '}']).next()).collect()
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_values() {
    assert_eq!(ids(ENGLISH), ids(SPANISH));
    for ((id, english), (other, spanish)) in messages(ENGLISH).iter().zip(&messages(SPANISH)) {
        assert_eq!(id, other, "the same order keeps the files comparable");
        assert_eq!(values_of(english), values_of(spanish), "{id}");
        assert!(!english.is_empty() && !spanish.is_empty(), "{id} says nothing");
    }
}

#[test]
fn no_message_is_defined_twice() {
    for source in [ENGLISH, SPANISH] {
        assert_eq!(messages(source).len(), ids(source).len());
    }
}

#[test]
fn no_message_is_missing() {
    let house = house();
    let known = ids(ENGLISH);
    let calls = ["t.get(\"", "t.with(\"", "t.count(\"", "texts.get(\"", "texts.with(\"", ".with(\"not-"];
    for call in calls {
        for id in quoted_after(&house, call) {
            let id = if call.ends_with('-') { format!("not-{id}") } else { id.to_owned() };
            assert!(known.contains(&id) || id.starts_with("no-such"), "{id} is used and has no words");
        }
    }
    for id in quoted_after(&house, "\"error-").filter(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')) {
        assert!(known.contains(&format!("error-{id}")), "error-{id} is used and has no words");
    }
}

#[test]
fn no_message_is_left_over() {
    let house = house();
    for id in ids(ENGLISH) {
        assert!(house.contains(&format!("\"{id}\"")), "nothing says {id}");
    }
}

#[test]
fn our_words_are_kind_and_promise_nothing_they_cannot_keep() {
    let unkind = [
        "addict,",
        "addicts",
        "addict ",
        "alcoholic",
        "junkie",
        "abuse",
        "adicto",
        "adicta",
        "100%",
        "100 %",
        "HIPAA",
        "guarantee",
    ];
    for source in [ENGLISH, SPANISH] {
        for (id, words) in messages(source) {
            assert!(!words.contains(['!', '¡']), "{id} shouts");
            for word in unkind {
                assert!(!words.contains(word), "{id} says {word}");
            }
        }
    }
}
