//! What must hold when things break: real processes, real signals.

mod away;
mod backup_signature;
mod busy_staff;
mod crowd;
mod disguises;
mod drill;
mod every_await;
mod fenced;
mod kill;
mod log;
mod matrix;
mod planted;
mod public_role;
mod refusals;
mod slow_clients;
mod spool;
