//! Accounts, sign-in, permissions.

mod access;
mod account;
mod credentials;
mod deliveries;
mod every_role;
mod first_hour;
mod forgotten;
mod invitations;
mod keyed_tokens;
mod people;
mod promises;
mod quiet;
mod second_factor;
mod second_factor_bounds;
mod setup;
mod sign_in;
mod step_up;
