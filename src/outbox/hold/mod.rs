//! The hold: while it stands, no worker takes a mail. A restored database stands under it, because its copy of the outbox would mail
//! people again, or in the name of a rehearsal. Mails that come meanwhile wait like the others; nothing is lost.

pub mod store;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

crate::coded_choice! {
    /// Why mails wait.
    HoldReason {
        /// The database came back from a backup.
        Restore = "restore",
        /// Somebody said so at the command line.
        Command = "command",
    }
}

/// A hold that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    pub reason: HoldReason,
    /// Mails that waited when it began.
    pub before: i64,
    /// Mails that came since.
    pub after: i64,
}

impl Hold {
    /// What the banner says; times in the center's zone.
    pub fn words(&self, zone: Tz) -> String {
        let since = self.since.with_timezone(&zone).format("%a %b %-d, %-I:%M %P %Z");
        let why = match self.reason {
            HoldReason::Restore => "this database was restored from a backup",
            HoldReason::Command => "an operator put mail on hold",
        };
        let waiting = self.before + self.after;
        let mails = if waiting == 1 { "1 mail waits".to_owned() } else { format!("{waiting} mails wait") };
        format!("No mail has been sent since {since}: {why}. {mails}, including those about new inquiries: watch this queue.")
    }
}

/// What becomes of the mails that waited when the hold began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Older {
    /// They are sent.
    Send,
    /// They are discarded.
    Discard,
}

/// What a release did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// Mails that are sent now.
    pub waiting: i64,
    /// Mails that were discarded.
    pub discarded: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_says_since_when_why_and_how_many() {
        let since = "2026-11-23T22:10:00Z".parse().expect("a time");
        let hold = Hold { since, reason: HoldReason::Restore, before: 2, after: 1 };
        let words = hold.words(chrono_tz::America::Los_Angeles);
        assert!(words.starts_with("No mail has been sent since Mon Nov 23, 2:10 pm PST: this database was restored"), "{words}");
        assert!(words.contains("3 mails wait"), "{words}");
    }
}
