//! The private Postgres and the migrations.

mod migrations;
mod private;
mod public_role;
mod tls;
mod together;
