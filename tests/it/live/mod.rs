//! What open pages hear, who looks at a lead, and notes that outlive a log-off.

mod drafts;
mod events;
