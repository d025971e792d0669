//! What tests stand on: one throw-away Postgres for the whole binary, a migrated template, a database per test, a real
//! server on port 0, a client that keeps cookies and follows no redirect, builders that are valid by default.
#![allow(dead_code, reason = "each feature uses its part")]

mod app;
mod cast;
mod client;
mod database;
pub mod fake_postgres;
mod inquiries;
pub mod process;
mod proxy;
mod smtp;
pub mod statements;
pub mod tls;

pub use app::{Settings, TestApp};
pub use cast::PASSWORD;
pub use client::{Client, Page, read};
pub use database::TestDatabase;
pub use inquiries::InquiryFields;
pub use proxy::{CuttingProxy, StallingProxy};
pub use smtp::{Fate, Mood, Received, SmtpServer, fate};
