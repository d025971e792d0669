//! Intake: the front door of an addiction-treatment center.
//!
//! A map of the house; imports go downward only, and a test keeps it so:
//!
//! ```text
//! floor 4   main  cli/  server  routes  health  worker
//! floor 3   integrations → reports → enrollment → leads → inquiries → programs → staff
//! floor 2   web/   outbox/   audit/
//! floor 1   app  db/  mail/  sealing/  config/  telemetry  spool  files
//! floor 0   values/
//! ```
//!
//! `docs/ARCHITECTURE.md` walks one inquiry through it.

pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod db;
pub mod enrollment;
pub mod files;
pub mod health;
pub mod inquiries;
pub mod integrations;
pub mod leads;
pub mod mail;
pub mod outbox;
pub mod programs;
pub mod reports;
pub mod routes;
pub mod sealing;
pub mod server;
pub mod spool;
pub mod staff;
pub mod telemetry;
pub mod values;
pub mod web;
pub mod worker;
