//! A forgotten password: a link by mail, good once, for 30 minutes. The page answers the same, and as late, whether an account
//! exists or not; a second factor stays and is asked for at the next sign-in.

pub mod ask;
pub mod emails;
pub mod forgotten_page;
pub mod reset;
pub(super) mod store;
