//! What holds on every page.

mod forms;
mod headers;
mod metrics;
mod statements;
mod odd_values;
mod slow_clients;
