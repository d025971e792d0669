//! `intake migrate`: applies pending migrations and prints them.

use super::database::{self, Schema};
use crate::config::Config;
use crate::db::migrations;

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Applies what is pending.
pub async fn run(_args: Args, config: Config) -> anyhow::Result<()> {
    let database = database::open(&config).await?;
    let applied = database.prepare(Schema::Migrate).await?;
    if !migrations::is_beyond_us(database.owner_url()).await? {
        database.grant().await?;
    }
    for name in &applied {
        println!("applied {name}");
    }
    if applied.is_empty() {
        println!("nothing to apply");
    }
    database.finish().await
}
