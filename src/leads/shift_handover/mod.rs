//! The page read aloud when one shift hands over to the next: red flags, open promises, who is owed a call, in order.

pub mod handover_page;
