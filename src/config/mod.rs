//! Floor 1: what the center decided. One closed struct per concern; [`load`] reads files and environment,
//! [`Config::refusals`] says what production does not start with. Every key is documented in `config/default.toml`.

mod database;
mod documents;
mod folder;
mod for_tests;
mod hours;
mod proxies;
mod read;
mod records;
mod refuse;
mod sections;
mod shown;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use folder::Folder;

pub use documents::{AnswerOption, PreScreen, Question, QuestionKind, RoutingRules, Rule};
pub use proxies::ClientAddressHeader;
pub use refuse::{KeysNeeded, Subscribers};
pub use sections::*;
pub use shown::Shown;

/// What is wrong with the settings; each problem is one line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct ConfigError {
    /// Key, value and what is expected, or an unknown key.
    pub problems: Vec<String>,
}

impl ConfigError {
    fn one(problem: String) -> Self {
        Self { problems: vec![problem] }
    }
}

/// The settings of this process: built-in files, files on top, environment.
pub fn load() -> Result<Config, ConfigError> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())));
    load_from(&variables.collect())
}

/// The settings that follow from `variables`.
pub fn load_from(variables: &BTreeMap<String, String>) -> Result<Config, ConfigError> {
    let named = variables.get("INTAKE_CONFIG_DIR").filter(|dir| !dir.is_empty());
    if let Some(dir) = named.filter(|dir| !Path::new(dir).is_dir()) {
        return Err(ConfigError::one(format!("INTAKE_CONFIG_DIR is `{dir}`: there is no such folder")));
    }
    // A folder that was named is meant; one that merely lies in the working directory must not be somebody else's.
    let folder = named.map_or_else(|| Folder::found(PathBuf::from("config")), |dir| Folder::named(PathBuf::from(dir)));
    let mut reader = read::Reader::new(source::read(variables, &folder)?);
    let mut config = reader.config();
    let mut problems = reader.problems();
    (config.pre_screen, config.rules) = documents::read(&folder, &mut problems);
    if problems.is_empty() { Ok(config) } else { Err(ConfigError { problems }) }
}
