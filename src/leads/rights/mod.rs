//! What may be done about one person's record: a legal hold, erasure on request, and everything we hold as one file.

pub mod store;
