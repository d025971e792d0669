//! `intake openapi`: the interface for other systems, as an OpenAPI 3.1 document.

use crate::enrollment::api_document::document;

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints the document; needs neither database nor keys.
pub fn run(_args: Args) -> anyhow::Result<()> {
    println!("{:#}", document()?);
    Ok(())
}
