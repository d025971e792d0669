//! Settings that are lists of things with parts: the questions of the pre-screen and the rules of routing. Each is one file inside
//! the program; a file of the same name in the folder of settings is read instead. Everything wrong is said with its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::folder::Folder;
use crate::values::{HowSoon, Language, Modality, ProgramInterest, RedFlag};

const PRE_SCREEN: &str = include_str!("../../config/pre_screen.toml");
const ROUTING_RULES: &str = include_str!("../../config/routing_rules.toml");

/// The pre-screen: its questions, by version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreScreen {
    /// Names these questions.
    pub version: String,
    /// In the order they are asked.
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Names it in answers and rules.
    pub code: String,
    /// The words.
    pub ask: String,
    /// What helps asking; may be empty.
    #[serde(default)]
    pub hint: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What may be chosen.
    #[serde(default)]
    pub options: Vec<AnswerOption>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of its options.
    Choice,
    /// Own words.
    Text,
}

/// What may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// Names it in answers and rules.
    pub code: String,
    /// The words.
    pub words: String,
    /// What this answer raises.
    #[serde(default)]
    pub red_flag: Option<RedFlag>,
}

impl PreScreen {
    /// A question by its code.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.code == code)
    }
}

impl Question {
    /// An option by its code.
    pub fn option(&self, code: &str) -> Option<&AnswerOption> {
        self.options.iter().find(|option| option.code == code)
    }
}

/// The rules that suggest a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingRules {
    /// Names these rules.
    pub version: String,
    /// Points a program needs to be suggested.
    pub least: i32,
    /// In the order their reasons are shown.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule: what must be so, and what follows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "config/routing_rules.toml says what each is")]
pub struct Rule {
    pub code: String,
    pub reason: String,
    pub points: i32,
    pub rules_out: bool,
    pub asked: Vec<ProgramInterest>,
    pub how_soon: Vec<HowSoon>,
    pub language: Vec<Language>,
    pub state_known: Option<bool>,
    pub answers: BTreeMap<String, Vec<String>>,
    pub kind: Vec<Modality>,
    pub licensed: Option<bool>,
    pub places: Option<bool>,
    pub same_state: Option<bool>,
    pub speaks: Option<bool>,
    pub payer: Option<bool>,
}

/// Reads both; what is wrong is added to `problems`.
pub(super) fn read(folder: &Folder, problems: &mut Vec<String>) -> (PreScreen, RoutingRules) {
    let screen: PreScreen = document(folder, "pre_screen.toml", PRE_SCREEN, problems);
    screen_problems(&screen, problems);
    let rules: RoutingRules = document(folder, "routing_rules.toml", ROUTING_RULES, problems);
    rule_problems(&rules, &screen, problems);
    (screen, rules)
}

/// What is inside the program, for tests.
pub(super) fn built_in() -> (PreScreen, RoutingRules) {
    (toml::from_str(PRE_SCREEN).unwrap_or_default(), toml::from_str(ROUTING_RULES).unwrap_or_default())
}

fn document<T: DeserializeOwned + Default>(folder: &Folder, name: &str, built_in: &str, problems: &mut Vec<String>) -> T {
    let (origin, text) = match folder.read(name, built_in) {
        Ok(Some(found)) => found,
        Ok(None) => (format!("config/{name}"), built_in.to_owned()),
        Err(problem) => {
            problems.push(problem);
            return T::default();
        }
    };
    toml::from_str(&text).unwrap_or_else(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).map_or(1, |before| before.lines().count().max(1)));
        problems.push(format!("{origin}, line {line}: {}", error.message()));
        T::default()
    })
}

fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=40).contains(&text.len()) && text.chars().all(fits)
}

fn twice<'a>(codes: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    codes.into_iter().find(|code| !seen.insert(*code))
}

fn screen_problems(screen: &PreScreen, problems: &mut Vec<String>) {
    let mut say = |words: String| problems.push(format!("pre_screen.toml: {words}"));
    if screen.questions.len() > 60 {
        say("more than 60 questions".to_owned());
    }
    if let Some(code) = twice(screen.questions.iter().map(|question| question.code.as_str())) {
        say(format!("the question `{code}` stands there twice"));
    }
    for question in &screen.questions {
        let code = &question.code;
        if !is_code(code) {
            say(format!("`{code}` is not a code: use small letters, digits and _"));
        }
        if question.ask.trim().is_empty() {
            say(format!("the question `{code}` has no words (ask)"));
        }
        match question.kind {
            QuestionKind::Choice if question.options.is_empty() => say(format!("the question `{code}` has no options")),
            QuestionKind::Text if !question.options.is_empty() => say(format!("the question `{code}` is text and has options")),
            QuestionKind::Choice | QuestionKind::Text => {}
        }
        if let Some(option) = twice(question.options.iter().map(|option| option.code.as_str())) {
            say(format!("the question `{code}` has the option `{option}` twice"));
        }
        if let Some(option) = question.options.iter().find(|option| !is_code(&option.code) || option.words.trim().is_empty()) {
            say(format!(
                "the question `{code}`: the option `{}` needs a code of small letters, digits and _, and words",
                option.code
            ));
        }
    }
}

fn rule_problems(rules: &RoutingRules, screen: &PreScreen, problems: &mut Vec<String>) {
    let mut say = |words: String| problems.push(format!("routing_rules.toml: {words}"));
    if let Some(code) = twice(rules.rules.iter().map(|rule| rule.code.as_str())) {
        say(format!("the rule `{code}` stands there twice"));
    }
    for rule in &rules.rules {
        let code = &rule.code;
        if !is_code(code) {
            say(format!("`{code}` is not a code: use small letters, digits and _"));
        }
        if !(-1000..=1000).contains(&rule.points) {
            say(format!("the rule `{code}`: points go from -1000 to 1000"));
        }
        for (asked, options) in &rule.answers {
            match screen.question(asked) {
                None => say(format!("the rule `{code}` names the question `{asked}`, which is not in pre_screen.toml")),
                Some(question) => {
                    if let Some(option) = options.iter().find(|option| question.option(option).is_none()) {
                        say(format!("the rule `{code}` names the option `{option}`, which the question `{asked}` does not have"));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_the_program_has_no_fault() {
        let mut problems = Vec::new();
        let (screen, rules) = read(&Folder::named("/nonexistent".into()), &mut problems);
        assert_eq!(problems, Vec::<String>::new());
        assert!(screen.questions.len() > 5 && rules.rules.len() > 10);
        assert_eq!((screen, rules), built_in());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let folder = std::env::temp_dir().join(format!("intake-documents-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let cases = [
            (
                "pre_screen.toml",
                "version = \"1\"\n[[question]]\ncode = \"a b\"\nask = \"?\"\nkind = \"choice\"\n",
                "`a b` is not a code",
            ),
            (
                "pre_screen.toml",
                "version = \"1\"\n[[question]]\ncode = \"a\"\nask = \"?\"\nkind = \"cho\"\n",
                "line 5: unknown variant `cho`",
            ),
            (
                "routing_rules.toml",
                "version = \"1\"\nleast = 1\n[[rule]]\ncode = \"a\"\nasket = [\"x\"]\n",
                "unknown field `asket`",
            ),
            (
                "routing_rules.toml",
                "version = \"1\"\nleast = 1\n[[rule]]\ncode = \"a\"\nanswers = { home = [\"x\"] }\n",
                "option `x`",
            ),
        ];
        for (name, text, words) in cases {
            std::fs::write(folder.join(name), text).unwrap();
            let mut problems = Vec::new();
            read(&Folder::named(folder.clone()), &mut problems);
            assert!(problems.join("\n").contains(words), "{name}: {problems:?}");
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
