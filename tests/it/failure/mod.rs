//! What must hold when things break: real processes, real signals.

mod drill;
mod kill;
mod matrix;
mod planted;
mod public_role;
mod spool;
