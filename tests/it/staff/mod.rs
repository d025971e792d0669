//! Accounts, sign-in, permissions.

mod access;
mod account;
mod deliveries;
mod every_role;
mod first_hour;
mod forgotten;
mod invitations;
mod people;
mod quiet;
mod second_factor;
mod setup;
mod sign_in;
mod step_up;
