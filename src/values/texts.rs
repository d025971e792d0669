//! What the public side says, in the person's language. Words stand in `config/locales/*.ftl`; a test keeps both languages
//! complete and free of leftovers.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Language;

const ENGLISH_FTL: &str = include_str!("../../config/locales/en.ftl");
const SPANISH_FTL: &str = include_str!("../../config/locales/es.ftl");

static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::read(Language::English, "en-US", ENGLISH_FTL));
static SPANISH: LazyLock<Texts> = LazyLock::new(|| Texts::read(Language::Spanish, "es-US", SPANISH_FTL));

/// Every message of one language. Messages without arguments are formatted once; looking one up costs a hash.
pub struct Texts {
    language: Language,
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts of a language; read at first use.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
        }
    }

    /// Which language this is.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message without arguments. An unknown id is shown as it is; a test finds it before anybody else does.
    pub fn get<'a>(&'a self, id: &'a str) -> &'a str {
        self.plain.get(id).map_or(id, String::as_str)
    }

    /// A message with texts filled in.
    pub fn with(&self, id: &str, values: &[(&str, &str)]) -> String {
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, FluentValue::from(*value))).collect();
        self.format(id, &args)
    }

    /// A message about so many things; `$count` chooses its form.
    pub fn count(&self, id: &str, count: usize) -> String {
        let args: FluentArgs<'_> = std::iter::once(("count", FluentValue::from(count))).collect();
        self.format(id, &args)
    }

    fn format(&self, id: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        self.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }

    fn read(language: Language, locale: &str, source: &'static str) -> Self {
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale.parse::<LanguageIdentifier>().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let plain = message_ids(source)
            .filter_map(|id| {
                let mut errors = Vec::new();
                let pattern = bundle.get_message(id)?.value()?;
                let text = bundle.format_pattern(pattern, None, &mut errors).into_owned();
                errors.is_empty().then(|| (id.to_owned(), text))
            })
            .collect();
        Self { language, plain, bundle }
    }
}

/// Ids of the messages in a Fluent source: what stands before `=` on lines that begin with a letter.
fn message_ids(source: &'static str) -> impl Iterator<Item = &'static str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_know_the_same_messages() {
        let ids = |source| message_ids(source).collect::<Vec<_>>();
        assert_eq!(ids(ENGLISH_FTL), ids(SPANISH_FTL), "same messages in the same order");
    }

    #[test]
    fn every_message_can_be_read() {
        for (language, source) in [(Language::English, ENGLISH_FTL), (Language::Spanish, SPANISH_FTL)] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{language} has a syntax error");
            for id in message_ids(source) {
                let needs_values = Texts::of(language).bundle.get_message(id).and_then(|m| m.value()).is_some();
                assert!(needs_values, "{language} {id} is empty");
            }
        }
    }

    #[test]
    fn a_message_takes_its_values() {
        let texts = Texts::of(Language::English);
        assert_eq!(texts.with("neutral-title", &[("short", "Elevate")]), "Contact · Elevate");
        assert_eq!(texts.get("no-such-message"), "no-such-message");
    }
}
