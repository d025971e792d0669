//! The audit log as administrators read it: search, who looked at a lead, unusual reads, download, verification. Looking leaves a
//! trace, too.

pub mod audit_page;
mod csv;
pub mod export_page;
mod line;
pub mod query;
mod sign_ins;
mod store;
mod unusual;
pub mod unusual_page;

pub(in crate::staff) use sign_ins::failures;
pub(in crate::staff) use store::{SignInEvent, sign_ins_of};
