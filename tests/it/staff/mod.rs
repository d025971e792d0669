//! Accounts, sign-in, permissions.

mod access;
mod account;
mod second_factor;
mod setup;
mod sign_in;
mod step_up;
