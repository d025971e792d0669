//! The audit log is append-only, chained, and every tampering is found.

mod chain;
mod formulas;
mod no_trace;
mod page;
mod tallies;
mod tampering;
