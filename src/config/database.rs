//! The settings of the database. Its URLs are understood as libpq understands them, and what is wrong is named without the value.

use super::Database;
use super::read::{Reader, filled};
use crate::db::{Address, check_files};
use crate::values::Private;

pub(super) fn read(reader: &mut Reader) -> Database {
    Database {
        url: url(reader, "database.url"),
        migration_url: url(reader, "database.migration_url"),
        public_role: reader.optional("database.public_role", "the name of a role", filled),
        auto_migrate: reader.flag("database.auto_migrate"),
        connect_timeout_seconds: reader.number("database.connect_timeout_seconds", 1..=60),
        pool_size: reader.number("database.pool_size", 1..=100),
        allow_unsafe_durability: reader.flag("database.allow_unsafe_durability"),
    }
}

fn url(reader: &mut Reader, key: &str) -> Option<Private<String>> {
    let text = reader.text(key).trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let checked = Address::parse(&text).map_err(|error| error.to_string()).and_then(|address| check_files(&address));
    match checked {
        Ok(()) => Some(Private::new(text)),
        Err(problem) => {
            let problem = format!("{}: its value (not shown) {problem}", reader.place(key));
            reader.note(problem);
            None
        }
    }
}
