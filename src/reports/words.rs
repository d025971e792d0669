//! Texts and ids that many facts share, held once and named by a small number.

use std::collections::HashMap;

/// Numbers for texts; zero is "nothing".
#[derive(Debug, Clone, Default)]
pub struct Words {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Words {
    /// The number of a text, new if it was not seen before.
    pub fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.texts.push(text.to_owned());
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The number of a text, or of nothing.
    pub fn maybe(&mut self, text: Option<&str>) -> u32 {
        text.map_or(0, |text| self.number(text))
    }

    /// The number of a text that was seen.
    pub fn find(&self, text: &str) -> Option<u32> {
        if text.is_empty() { Some(0) } else { self.numbers.get(text).copied() }
    }

    /// The text of a number; empty for nothing.
    pub fn text(&self, number: u32) -> &str {
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        at.and_then(|at| self.texts.get(at)).map_or("", String::as_str)
    }

    /// All texts, in the order of their numbers.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}
