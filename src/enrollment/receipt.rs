//! How far an inquiry got, as far as its receipt may tell: nothing about the person, nothing about a program.

/// The steps an inquirer may see, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReceiptStatus {
    /// Stored.
    Received,
    /// A person claimed it.
    Seen,
    /// Somebody called or wrote.
    Tried,
    /// There was a live conversation.
    InConversation,
    /// An admission, or another next step, is arranged.
    Arranged,
}

impl ReceiptStatus {
    /// Every step, in order.
    pub const ALL: [Self; 5] = [Self::Received, Self::Seen, Self::Tried, Self::InConversation, Self::Arranged];

    /// From what is known about the lead: stage and outcome codes, and what happened so far.
    pub fn of(stage: &str, outcome: Option<&str>, seen: bool, attempted: bool, spoke: bool) -> Self {
        match (stage, outcome) {
            (_, Some("admitted" | "referred_out")) | ("scheduled", None) => Self::Arranged,
            _ if spoke => Self::InConversation,
            _ if attempted => Self::Tried,
            _ if seen => Self::Seen,
            _ => Self::Received,
        }
    }

    /// Message id of its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "receipt-received",
            Self::Seen => "receipt-seen",
            Self::Tried => "receipt-tried",
            Self::InConversation => "receipt-talking",
            Self::Arranged => "receipt-arranged",
        }
    }

    /// Message id of the sentence below it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Received => "receipt-received-lead",
            Self::Seen => "receipt-seen-lead",
            Self::Tried => "receipt-tried-lead",
            Self::InConversation => "receipt-talking-lead",
            Self::Arranged => "receipt-arranged-lead",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_furthest_step_is_told() {
        assert_eq!(ReceiptStatus::of("new", None, false, false, false), ReceiptStatus::Received);
        assert_eq!(ReceiptStatus::of("new", None, true, false, false), ReceiptStatus::Seen);
        assert_eq!(ReceiptStatus::of("attempting_contact", None, true, true, false), ReceiptStatus::Tried);
        assert_eq!(ReceiptStatus::of("assessment", None, true, true, true), ReceiptStatus::InConversation);
        assert_eq!(ReceiptStatus::of("scheduled", None, true, true, true), ReceiptStatus::Arranged);
        assert_eq!(ReceiptStatus::of("scheduled", Some("lost"), true, true, true), ReceiptStatus::InConversation);
    }
}
