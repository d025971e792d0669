//! The fault matrix: real processes under load, a fault, healing, and a checker that compares every receipt that was given with
//! what is in the database afterwards.
//!
//! `INTAKE_SOAK=N` repeats each fault N times; `INTAKE_FIGURES=1` writes what came out into `docs/RELIABILITY.md` (`bin/soak` sets both).

mod balanced;
mod checker;
mod clock;
mod disk;
mod faults;
mod figures;
mod load;
mod machine;
mod poison;
mod power;
mod promises;
mod retries;
mod rolling;
mod standby;
mod unconfirmed;
mod workers;

pub use disk::SmallDisk;
pub use faults::alone;
pub use figures::{p99, promise};
pub use machine::{signal_all_in, superuser};
