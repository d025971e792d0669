//! Floor 3: the center's own people: accounts, roles and permissions, sessions, sign-in. Guards prove a permission in a
//! handler's signature.

pub mod guard;
mod member;
pub mod session;
mod shell;
pub mod store;

pub use member::{Member, Permission};
pub use shell::{Proof, shell};
