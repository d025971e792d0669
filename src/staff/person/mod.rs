//! One colleague's account, as administrators see and change it.

pub mod change_roles;
pub mod person_page;
