//! Floor 3: the ways other systems reach in and out.

pub mod embed;
