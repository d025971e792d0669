//! Floor 2: what every page needs and no feature owns: pages, errors, strict forms, cross-site check, limits, headers.

pub mod assets;
pub mod error;
pub mod form;
pub mod limits;
pub mod page;
pub mod shell;
