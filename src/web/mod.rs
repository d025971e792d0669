//! Floor 2: what every page needs and no feature owns: pages, errors, strict forms, cross-site check, limits, headers.
//!
//! Order of the middleware, outermost first: [`trace`], [`stopping`], [`headers`], [`development`], [`error_pages`], [`cross_site`],
//! [`changes`], [`starting`]. actix runs the last one wrapped first, so they are wrapped in the opposite order.

pub mod arrivals;
pub mod assets;
mod body;
pub mod changes;
pub mod client_ip;
pub mod cross_site;
pub mod development;
pub mod error;
pub mod error_page;
pub mod error_pages;
pub mod form;
pub mod headers;
pub mod language;
pub mod limits;
pub mod listening;
pub mod methods;
pub mod page;
pub mod shell;
pub mod starting;
pub mod stopping;
pub mod trace;
