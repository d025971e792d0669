//! The audit log is append-only, chained, and every tampering is found.

mod chain;
mod page;
