//! Whether commits hang because a synchronous standby is away.

use std::time::Instant;

/// Since when commits have been waiting for a synchronous standby; `None` while they are confirmed.
pub fn waiting_since() -> Option<Instant> {
    None
}
