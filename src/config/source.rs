//! Where values come from: the files inside the program, files on top of them, the environment. `config/default.toml` is the
//! list of keys; what is not in it is refused by name.

use std::collections::BTreeMap;
use std::fs;

use toml::Value;

use super::folder::Folder;
use super::{ConfigError, Environment};

pub(super) const DEFAULT: &str = include_str!("../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../config/development.toml");
const PRODUCTION: &str = include_str!("../../config/production.toml");

/// Keys whose values are never read from TOML and never shown.
const SECRETS: [&str; 3] = ["database.url", "database.migration_url", "mail.smtp_url"];
const LIST_KEYS: [&str; 5] =
    ["http.trusted_proxies", "facility.holidays", "notify.recipients", "leads.cadence", "embed.allowed_origins"];

/// One value, and where it was set, in words an operator knows.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub value: Value,
    pub origin: String,
}

/// Every key with the value that won.
#[derive(Debug)]
pub(super) struct Source {
    pub environment: Environment,
    pub settings: BTreeMap<String, Setting>,
    pub problems: Vec<String>,
}

/// Reads files and environment. `variables` is the process environment; `folder` holds files on top of the built-in ones.
pub(super) fn read(variables: &BTreeMap<String, String>, folder: &Folder) -> Result<Source, ConfigError> {
    let environment = match variables.get("INTAKE_ENV").map_or("", String::as_str) {
        "" | "development" => Environment::Development,
        "production" => Environment::Production,
        other => return Err(ConfigError::one(format!("INTAKE_ENV is `{other}`: expected `development` or `production`"))),
    };
    let mut source = Source { environment, settings: BTreeMap::new(), problems: Vec::new() };
    source.built_in("config/default.toml", DEFAULT, true);
    let (name, text) = match environment {
        Environment::Development => ("development.toml", DEVELOPMENT),
        Environment::Production => ("production.toml", PRODUCTION),
    };
    source.file(folder, "default.toml", DEFAULT);
    source.built_in(name, text, false);
    source.file(folder, name, text);
    source.variables(variables);
    Ok(source)
}

impl Source {
    fn built_in(&mut self, name: &str, text: &str, is_list_of_keys: bool) {
        self.toml(name, text, is_list_of_keys);
    }

    fn file(&mut self, folder: &Folder, name: &str, built_in: &str) {
        match folder.read(name, built_in) {
            Ok(Some((origin, text))) => self.toml(&origin, &text, false),
            Ok(None) => {}
            Err(problem) => self.problems.push(problem),
        }
    }

    fn toml(&mut self, origin: &str, text: &str, is_list_of_keys: bool) {
        match text.parse::<toml::Table>() {
            Ok(table) => self.table(origin, "", table, is_list_of_keys),
            Err(error) => self.problems.push(format!("{origin} is not TOML: {}", error.message())),
        }
    }

    fn table(&mut self, origin: &str, prefix: &str, table: toml::Table, is_list_of_keys: bool) {
        for (name, value) in table {
            let key = format!("{prefix}{name}");
            if let Value::Table(inner) = value {
                self.table(origin, &format!("{key}."), inner, is_list_of_keys);
            } else if !is_list_of_keys && !self.settings.contains_key(&key) {
                self.problems.push(format!("{origin} has an unknown key `{key}`{}", self.nearest(&key)));
            } else if SECRETS.contains(&key.as_str()) && value.as_str() != Some("") {
                let name = variable_of(&key);
                self.problems.push(format!("{origin} sets `{key}`, a secret: set {name} in the environment, or {name}_FILE"));
            } else {
                self.settings.insert(key, Setting { value, origin: origin.to_owned() });
            }
        }
    }

    fn variables(&mut self, variables: &BTreeMap<String, String>) {
        for (name, value) in variables {
            if let Some(rest) = name.strip_prefix("INTAKE__") {
                let key = rest.to_ascii_lowercase().replace("__", ".");
                self.variable(name, &key, value);
            } else if let "DATABASE_URL" | "DATABASE_URL_FILE" = name.as_str() {
                let key = name.to_ascii_lowercase().replace("database_", "database.");
                self.variable(name, &key, value);
            }
        }
    }

    fn variable(&mut self, name: &str, key: &str, value: &str) {
        if self.settings.contains_key(key) {
            self.set_text(name, key, value);
            return;
        }
        match key.strip_suffix("_file").filter(|key| SECRETS.contains(key)) {
            Some(_) if value.is_empty() => {}
            Some(secret) => match fs::read_to_string(value) {
                Ok(text) => self.set_text(name, secret, text.trim_end_matches(['\r', '\n'])),
                Err(error) => self.problems.push(format!("{name} names a file that cannot be read: {value}: {error}")),
            },
            None => self.problems.push(format!("{name} is an unknown setting (`{key}`){}", self.nearest(key))),
        }
    }

    fn set_text(&mut self, name: &str, key: &str, text: &str) {
        let origin = name.to_owned();
        let value = if LIST_KEYS.contains(&key) {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        } else {
            Value::String(text.to_owned())
        };
        // Only one of DATABASE_URL and INTAKE__DATABASE__URL should be set; an empty one never hides the other.
        let hidden = text.is_empty() && self.settings.get(key).is_some_and(|old| old.origin == "DATABASE_URL");
        if !hidden {
            self.settings.insert(key.to_owned(), Setting { value, origin });
        }
    }

    /// A hint for a typing error: the same key in another section, or one that begins alike.
    fn nearest(&self, key: &str) -> String {
        let last = key.rsplit('.').next().unwrap_or(key);
        let same_name = self.settings.keys().find(|known| known.rsplit('.').next() == Some(last));
        let alike = || {
            self.settings
                .keys()
                .find(|known| key.len() > 5 && known.contains('.') && (known.starts_with(key) || key.starts_with(known.as_str())))
        };
        same_name
            .or_else(alike)
            .map_or_else(|| "; all keys: docs/CONFIGURATION.md".to_owned(), |known| format!("; did you mean `{known}`?"))
    }
}

/// The environment variable of a key.
pub(super) fn variable_of(key: &str) -> String {
    if key == "database.url" {
        return "DATABASE_URL".to_owned();
    }
    format!("INTAKE__{}", key.to_ascii_uppercase().replace('.', "__"))
}

/// True for keys whose values must not be shown.
pub(super) fn is_secret(key: &str) -> bool {
    SECRETS.contains(&key)
}
