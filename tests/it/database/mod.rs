//! The private Postgres and the migrations.

mod private;
