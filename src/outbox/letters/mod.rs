//! Mails to people rather than about leads: invitations, links for a forgotten password, test mails.

pub(super) mod store;
