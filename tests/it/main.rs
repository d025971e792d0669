//! The one integration binary: real HTTP, real Postgres, real SMTP over a socket. Test names are sentences.
#![cfg(test)]

mod audit;
mod configuration;
mod database;
mod enrollment;
mod exports;
mod failure;
mod files;
mod house;
mod integrations;
mod inventory;
mod leads;
mod live;
mod mail;
mod programs;
mod queue;
mod reports;
mod rights;
mod sealing;
mod search;
mod staff;
mod support;
mod web;
