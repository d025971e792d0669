//! What holds on every page.

mod forms;
mod headers;
mod metrics;
mod odd_values;
mod statements;
