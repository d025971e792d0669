//! The list of the first hour, as the frame of a page shows it.

/// What an administrator does in the first hour.
#[derive(Debug, Clone)]
pub struct FirstHour {
    /// In order.
    pub steps: Vec<Step>,
}

impl FirstHour {
    /// How many are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Ticked.
    pub done: bool,
    /// What to do.
    pub word: &'static str,
    /// What for.
    pub why: &'static str,
    /// The page where it is done.
    pub href: Option<&'static str>,
    /// Or where its button posts to.
    pub action: Option<&'static str>,
}

impl Step {
    /// A step done on another page.
    pub const fn link(done: bool, word: &'static str, why: &'static str, href: &'static str) -> Self {
        Self { done, word, why, href: Some(href), action: None }
    }

    /// A step done by a press.
    pub const fn button(done: bool, word: &'static str, why: &'static str, action: &'static str) -> Self {
        Self { done, word, why, href: None, action: Some(action) }
    }
}
