//! The running settings as administrators may see them: each key with its value, where that came from and what it means.

use std::collections::BTreeMap;

use toml::Value;

use super::source::{self, DEFAULT, Setting};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Key, such as `http.bind`.
    pub key: String,
    /// Value as it would be written; of a secret only whether it is set.
    pub value: String,
    /// The file or variable that set it.
    pub origin: String,
    /// It is not the built-in default.
    pub changed: bool,
    /// The sentence of `config/default.toml`.
    pub meaning: String,
    /// The variable that sets it.
    pub variable: String,
}

/// Every setting, in the order of `config/default.toml`.
pub(super) fn all(settings: &BTreeMap<String, Setting>) -> Vec<Shown> {
    let meanings = meanings(DEFAULT);
    let known = meanings.iter().filter_map(|(key, meaning)| Some((key, settings.get(key)?, meaning)));
    known.map(|(key, setting, meaning)| one(key, setting, meaning)).collect()
}

fn one(key: &str, setting: &Setting, meaning: &str) -> Shown {
    let text = written(&setting.value);
    let value = match (source::is_secret(key), text.is_empty()) {
        (_, true) => "not set".to_owned(),
        (true, false) => "set (not shown)".to_owned(),
        (false, false) => text,
    };
    Shown {
        key: key.to_owned(),
        value,
        origin: setting.origin.clone(),
        changed: setting.origin != "config/default.toml",
        meaning: meaning.to_owned(),
        variable: source::variable_of(key),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => value.to_string(),
    }
}

/// Keys with the comment above each, in the order of the file.
fn meanings(text: &str) -> Vec<(String, String)> {
    let (mut section, mut comment, mut found) = (String::new(), Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix('#') {
            comment.push(words.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
            comment.clear();
        } else if let Some((key, _)) = line.split_once('=').filter(|(key, _)| !key.contains(['"', '[', ','])) {
            found.push((format!("{section}{}", key.trim()), comment.join(" ")));
            comment.clear();
        } else if line.is_empty() {
            comment.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn secrets_are_masked_and_every_setting_says_where_it_comes_from() {
        let variables = [("DATABASE_URL", "postgres://u:hidden@h/d"), ("INTAKE__HTTP__BIND", "127.0.0.1:0")];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let source = source::read(&variables, &crate::config::folder::Folder::named("/nowhere".into())).unwrap();
        let shown = all(&source.settings);
        assert_eq!(shown.len(), source.settings.len(), "each key is shown once");
        assert!(!format!("{shown:?}").contains("hidden"));
        let of = |key: &str| shown.iter().find(|one| one.key == key).unwrap().clone();
        assert_eq!(of("database.url").value, "set (not shown)");
        assert_eq!((of("http.bind").value.as_str(), of("http.bind").origin.as_str()), ("127.0.0.1:0", "INTAKE__HTTP__BIND"));
        assert_eq!(of("mail.smtp_url").value, "not set");
        assert!(!of("http.workers").changed && of("http.bind").changed);
        assert!(shown.iter().all(|one| !one.meaning.is_empty()));
    }
}
