//! Accounts, sign-in, permissions.

mod access;
mod account;
mod deliveries;
mod first_hour;
mod forgotten;
mod invitations;
mod people;
mod promises;
mod quiet;
mod second_factor;
mod setup;
mod sign_in;
mod step_up;
