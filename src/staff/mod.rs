//! Floor 3: the center's own people: accounts, roles and permissions, sessions, sign-in. Guards prove a permission in a
//! handler's signature.

pub mod account_page;
pub mod administer;
pub mod audit_log;
pub mod change_password;
pub mod credentials;
pub mod deactivate;
pub mod deliveries;
pub mod device;
pub mod enroll;
pub mod first_hour;
pub mod forgotten;
pub mod guard;
pub mod help_page;
pub mod invitations;
mod links;
mod member;
pub mod password;
pub mod people_page;
pub mod person;
pub mod quiet;
pub mod recovery;
pub mod running;
pub mod second_factor;
pub mod second_factor_page;
pub mod second_step;
pub mod session;
pub mod session_page;
pub mod setup;
pub mod setup_page;
mod shell;
pub mod sign_in;
pub mod sign_in_page;
pub mod sign_out;
pub mod step_up;
pub mod store;
pub mod subscribe;
pub mod test_mail;
pub mod throttle;
pub mod tidy;

pub use member::{Member, Permission};
pub use shell::{Proof, shell, shell_with_banner, shell_with_counts, with_rail};
