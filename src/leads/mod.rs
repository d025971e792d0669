//! Floor 3: the work items. A lead has a stage, an outcome, a hold, an owner under a lease and a timeline; every change carries
//! the version the person saw.

pub mod acting;
pub mod advance;
pub mod attempt;
pub mod claim;
pub mod clocks;
pub mod close;
pub mod directory;
pub mod due;
pub mod follow_up;
pub mod follow_up_list;
pub mod follow_ups;
pub mod hand_over;
pub mod lapse;
mod lapsed;
pub mod lead;
pub mod lead_page;
pub mod lead_view;
pub mod note;
pub mod notice;
mod place;
pub mod quarantine;
pub mod queue;
pub mod reasons;
pub mod red_flags;
pub mod reopen;
pub mod route;
pub mod search;
pub mod seed;
mod staffed;
pub mod stage;
pub mod store;
pub mod suggestion;
pub mod timeline;
pub mod verbs;
