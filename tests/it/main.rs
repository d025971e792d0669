//! The one integration binary: real HTTP, real Postgres, real SMTP over a socket. Test names are sentences.
#![cfg(test)]

mod audit;
mod configuration;
mod database;
mod enrollment;
mod failure;
mod house;
mod sealing;
mod search;
mod staff;
mod mail;
mod support;
mod web;
