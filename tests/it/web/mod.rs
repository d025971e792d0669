//! What holds on every page.

mod client_address;
mod development;
mod forms;
mod headers;
mod metrics;
mod odd_values;
mod statements;
