//! The running configuration, shown.

pub mod settings_page;
