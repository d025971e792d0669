//! What a planted word looks like when something wrote it in another form.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A form of a planted word, and the name of that form.
pub struct Disguise {
    pub word: String,
    pub form: &'static str,
    bytes: Vec<u8>,
}

/// Every form of every word.
pub fn disguises(words: &[&str]) -> Vec<Disguise> {
    words
        .iter()
        .flat_map(|word| forms(word).into_iter().map(|(form, bytes)| Disguise { word: (*word).to_owned(), form, bytes }))
        .collect()
}

fn forms(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("as it was written", word.as_bytes().to_vec()),
        ("small", word.to_lowercase().into_bytes()),
        ("capital", word.to_uppercase().into_bytes()),
        ("reversed", word.chars().rev().collect::<String>().into_bytes()),
        ("in a URL", escape(word, |byte| format!("%{byte:02X}"))),
        ("in a form", String::from_utf8(escape(word, |byte| format!("%{byte:02X}"))).unwrap().replace("%20", "+").into_bytes()),
        ("in HTML", html(word, |c| format!("&#{};", u32::from(c)))),
        ("in HTML, hexadecimal", html(word, |c| format!("&#x{:x};", u32::from(c)))),
        ("in JSON", json(word)),
        ("UTF-16, little end first", word.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16, big end first", word.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("hexadecimal", hex(word).into_bytes()),
        ("hexadecimal, capital", hex(word).to_uppercase().into_bytes()),
    ];
    for offset in 0..3 {
        forms.push(("base64", inner_base64(&STANDARD_NO_PAD, word, offset)));
        forms.push(("base64 for URLs", inner_base64(&URL_SAFE_NO_PAD, word, offset)));
    }
    forms.sort_by(|one, other| one.1.cmp(&other.1));
    forms.dedup_by(|one, other| one.1 == other.1);
    forms
}

fn escape(word: &str, escaped: impl Fn(u8) -> String) -> Vec<u8> {
    word.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { escaped(byte) })
        .collect::<String>()
        .into()
}

fn html(word: &str, escaped: impl Fn(char) -> String) -> Vec<u8> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    word.chars().map(|c| if plain(c) { c.to_string() } else { escaped(c) }).collect::<String>().into()
}

fn json(word: &str) -> Vec<u8> {
    word.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect::<String>().into()
}

fn hex(word: &str) -> String {
    word.bytes().fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

/// The characters that are the same whatever stands before (`offset` bytes, modulo three) and after the word.
fn inner_base64(engine: &impl Engine, word: &str, offset: usize) -> Vec<u8> {
    let padded = [vec![0; offset], word.as_bytes().to_vec()].concat();
    let whole = engine.encode(&padded);
    whole.as_bytes()[(offset * 8).div_ceil(6)..padded.len() * 8 / 6].to_vec()
}

/// What is found, as `word (form)`.
pub fn found(hay: &[u8], disguises: &[Disguise]) -> Vec<String> {
    let holds = |disguise: &&Disguise| memchr::memmem::find(hay, &disguise.bytes).is_some();
    disguises.iter().filter(holds).map(|disguise| format!("{} ({})", disguise.word, disguise.form)).collect()
}

#[test]
fn every_form_of_a_planted_word_is_found() {
    let sought = disguises(&["d'Quillfëather"]);
    // A word without a space looks the same in a URL and in a form; without `+` and `/`, base64 has one alphabet.
    assert!(sought.len() >= 15, "{}", sought.len());
    for text in [
        "x d'Quillfëather y",
        "x D'QUILLFËATHER",
        "rehtaëflliuQ'd",
        "name=d%27Quillf%C3%ABather",
        "<b>d&#39;Quillf&#235;ather",
        r#"{"name":"d'Quillf\u00ebather"}"#,
        "642751",
    ] {
        let hay = text.replace("642751", &hex("..d'Quillfëather"));
        assert!(!found(hay.as_bytes(), &sought).is_empty(), "{text}");
    }
    for before in ["", "a", "ab", "abc"] {
        let text = format!("{before}d'Quillfëather, seven more");
        assert!(!found(STANDARD_NO_PAD.encode(&text).as_bytes(), &sought).is_empty(), "base64 after {before:?}");
        assert!(!found(URL_SAFE_NO_PAD.encode(&text).as_bytes(), &sought).is_empty(), "base64 after {before:?}");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!found(&wide, &sought).is_empty());
    }
    assert_eq!(found(b"nobody wrote anything", &sought), Vec::<String>::new());
}
