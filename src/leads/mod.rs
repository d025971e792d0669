//! Floor 3: the work items. A lead has a stage, an outcome, a hold, an owner under a lease and a timeline; every change carries
//! the version the person saw.

pub mod clocks;
pub mod directory;
pub mod follow_up_list;
pub mod notice;
pub mod quarantine;
pub mod queue;
pub mod search;
mod staffed;
pub mod suggestion;
pub mod words;
