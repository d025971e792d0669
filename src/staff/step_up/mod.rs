//! A fresh sign-in, asked for where a browser left open must not be enough: permission changes, exports that name people.
//!
//! A page asks with [`crate::staff::guard::Fresh`] around its guard, or with [`demand`] where it depends on what was chosen. Ask
//! when the form is shown, too: whoever must confirm first comes back to an empty form.

pub mod confirm;
pub mod confirm_page;

use super::{Proof, session};
use crate::db::Connection;
use crate::values::SessionId;
use crate::web::error::PageError;

/// A sign-in so many minutes old counts as fresh.
const AFTER_SIGN_IN: i32 = 5;
/// So does a password or code typed again so many minutes ago.
pub const MINUTES: i32 = 10;

/// Whether the person behind a session proved lately who they are.
pub async fn is_fresh(conn: &mut Connection, session: SessionId) -> diesel::QueryResult<bool> {
    session::store::is_confirmed(conn, session, AFTER_SIGN_IN, MINUTES).await
}

/// As [`demand`], but for what takes a second factor away or stands in for it: a sign-in is not enough, however fresh. Whoever comes to
/// an open browser in its first five minutes must know the password, or have the phone.
pub async fn demand_typed(conn: &mut Connection, guard: &impl Proof, back: &str) -> Result<(), PageError> {
    let typed = session::store::is_confirmed(conn, guard.session(), 0, MINUTES).await?;
    if typed { Ok(()) } else { Err(PageError::StepUp(back.to_owned())) }
}

/// Lets a fresh session through; anybody else confirms first and comes back to `back`, a path of ours.
pub async fn demand(conn: &mut Connection, guard: &impl Proof, back: &str) -> Result<(), PageError> {
    if is_fresh(conn, guard.session()).await? { Ok(()) } else { Err(PageError::StepUp(back.to_owned())) }
}
