//! Suspected spam: two causes and no others. Nothing is refused, deleted or answered with an error.

use super::NewInquiry;
use crate::values::QuarantineReason;

/// Whether an inquiry waits in quarantine, and why: a filled trap, or a limit that was passed.
pub fn verdict(inquiry: &NewInquiry, limit: Option<QuarantineReason>) -> Option<QuarantineReason> {
    if inquiry.trap_filled { Some(QuarantineReason::Trap) } else { limit }
}
