//! What must hold when things break: real processes, real signals.

pub mod away;
mod backup_signature;
mod busy_staff;
mod commits;
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
mod ready;
mod refusals;
mod silent;
mod silent_hosts;
mod slow_bodies;
mod slow_clients;
mod spool;
