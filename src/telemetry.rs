//! Tracing without personal data: ids, routes, statuses and times.

pub mod request;
