//! Integration tests.
#![cfg(test)]

mod database;
