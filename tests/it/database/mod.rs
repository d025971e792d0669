//! The private Postgres and the migrations.

mod migrations;
mod private;
