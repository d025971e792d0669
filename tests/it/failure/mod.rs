//! What must hold when things break: real processes, real signals.

mod kill;
mod planted;
