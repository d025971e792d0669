//! The one integration binary: real HTTP, real Postgres, real SMTP over a socket. Test names are sentences.
#![cfg(test)]

mod configuration;
mod database;
mod house;
mod enrollment;
mod support;
