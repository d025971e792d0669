//! How other systems reach in.

mod embed;
