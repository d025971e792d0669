//! Facts of days long gone, packed: a year of a million leads is read as 365 rows instead of a million joins. A pack is derived
//! and never the truth: triggers mark each day of which anything changes, and a marked day is read from the rows until it is
//! packed anew. Both ways give the same facts in the same order.

pub mod codec;
pub mod figures;
pub mod stretches;
