//! Delays between attempts to sign in. They live in Postgres, per account and network, so that they hold across restarts and
//! servers; accounts and networks stand there as keyed digests only, networks with the day in them.
//!
//! An attempt counts as failed from the moment it is admitted; a right password forgets it. So parallel attempts do not slip
//! through together.

pub(super) mod store;

use chrono::{DateTime, Duration, Utc};

use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::values::{MemberId, Network};

/// Guesses of a second factor before a pause.
const GUESSES: i32 = 5;
/// Links for a forgotten password a network may ask for before a pause of an hour: an office, not a mail bomb.
const LINKS: i32 = 100;

/// Whose attempts are counted, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    pub(super) account: Vec<u8>,
    pub(super) source: Vec<u8>,
}

impl Meter {
    /// Passwords for an address from a network, per day.
    pub fn password(keys: &Keys, email: &str, network: Network, today: &str) -> Result<Self, SealError> {
        let source = keys.digest(DigestPurpose::Network, &[today.as_bytes(), &network.bytes()])?.to_vec();
        Ok(Self { account: account_digest(keys, email)?, source })
    }

    /// Passwords for an address from a browser that signed in to it before: a crowd elsewhere does not shut it out.
    pub fn known_device(keys: &Keys, email: &str, device: &[u8]) -> Result<Self, SealError> {
        let source = keys.digest(DigestPurpose::Network, &[b"device", device])?.to_vec();
        Ok(Self { account: account_digest(keys, email)?, source })
    }

    /// Links for a forgotten password sent for a network, per day; for which account does not matter.
    pub fn forgotten(keys: &Keys, network: Network, today: &str) -> Result<Self, SealError> {
        let account = keys.digest(DigestPurpose::Account, &[b"forgotten"])?.to_vec();
        Ok(Self { account, source: keys.digest(DigestPurpose::Network, &[today.as_bytes(), &network.bytes()])?.to_vec() })
    }

    /// Second factors of a member at sign-in: each browser that signed in before by itself, all others together. So who knows the
    /// password slows the owner's own browsers in nothing.
    pub fn second_factor(keys: &Keys, member: MemberId, device: Option<&[u8]>) -> Result<Self, SealError> {
        let account = keys.digest(DigestPurpose::Account, &[b"second factor", member.uuid().as_bytes()])?.to_vec();
        let source = device.map(|device| keys.digest(DigestPurpose::Network, &[b"device", device])).transpose()?;
        Ok(Self { source: source.map_or_else(|| account.clone(), |source| source.to_vec()), account })
    }

    /// What a signed-in member types once more: password or code.
    pub fn signed_in(keys: &Keys, member: MemberId) -> Result<Self, SealError> {
        let account = keys.digest(DigestPurpose::Account, &[b"signed in", member.uuid().as_bytes()])?.to_vec();
        Ok(Self { source: account.clone(), account })
    }
}

/// A typed address as it may stand in tables and in the audit log.
pub fn account_digest(keys: &Keys, email: &str) -> Result<Vec<u8>, SealError> {
    Ok(keys.digest(DigestPurpose::Account, &[b"email", email.trim().to_lowercase().as_bytes()])?.to_vec())
}

/// Failures so far, as the table holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Failures in a row.
    pub failures: i32,
    /// The last of them.
    pub last_failure_at: DateTime<Utc>,
    /// No attempt before this.
    pub blocked_until: DateTime<Utc>,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may; it counts as failed until it succeeds.
    Admitted(Record),
    /// Not before so long.
    Wait(Duration),
}

/// Which delays hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A password.
    Password,
    /// A code.
    SecondFactor,
    /// A link for a forgotten password.
    Link,
}

/// The delay after so many failed passwords.
fn password_delay(failures: i32) -> Duration {
    match failures {
        ..3 => Duration::seconds(1),
        3..9 => Duration::seconds(3),
        9..25 => Duration::seconds(5),
        25..100 => Duration::seconds(10),
        100.. => Duration::days(1),
    }
}

/// Decides on an attempt at `now` of the database's clock.
pub fn admit(kind: Kind, before: Option<Record>, now: DateTime<Utc>) -> Admission {
    let (delay, memory): (fn(i32) -> Duration, Duration) = match kind {
        Kind::Password => (password_delay, Duration::days(1)),
        Kind::SecondFactor => {
            (|failures| if failures % GUESSES == 0 { Duration::minutes(5) } else { Duration::zero() }, Duration::minutes(5))
        }
        Kind::Link => (|links| if links % LINKS == 0 { Duration::hours(1) } else { Duration::zero() }, Duration::hours(1)),
    };
    // A failure that has not happened yet was written by a clock that has gone back since: it counts, it makes nobody wait for that clock.
    let believed = |record: &Record| record.last_failure_at <= now + Duration::minutes(1);
    if let Some(record) = before.filter(|record| record.blocked_until > now && believed(record)) {
        return Admission::Wait(record.blocked_until - now);
    }
    let failures = before.filter(|record| record.last_failure_at + memory > now).map_or(0, |record| record.failures) + 1;
    Admission::Admitted(Record { failures, last_failure_at: now, blocked_until: now + delay(failures) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attempts as fast as admitted, over so long; how many are let through.
    fn let_through(kind: Kind, span: Duration) -> i32 {
        let start = DateTime::UNIX_EPOCH;
        let (mut now, mut record, mut count) = (start, None, 0);
        while now < start + span {
            match admit(kind, record, now) {
                Admission::Admitted(next) => {
                    record = Some(next);
                    count += 1;
                }
                Admission::Wait(wait) => now += wait,
            }
        }
        count
    }

    #[test]
    fn at_most_a_hundred_passwords_a_day_and_five_codes_in_five_minutes() {
        assert_eq!(let_through(Kind::Password, Duration::days(1)), 100);
        assert_eq!(let_through(Kind::SecondFactor, Duration::minutes(5)), 5);
        assert!(let_through(Kind::SecondFactor, Duration::hours(1)) <= 60);
        assert_eq!(let_through(Kind::Link, Duration::minutes(59)), LINKS);
    }

    #[test]
    fn a_failure_of_a_clock_that_went_back_counts_and_shuts_nobody_out() {
        let now = DateTime::UNIX_EPOCH;
        let ahead = now + Duration::days(10);
        let old = Record { failures: 5, last_failure_at: ahead, blocked_until: ahead + Duration::seconds(3) };
        let Admission::Admitted(next) = admit(Kind::Password, Some(old), now) else { panic!("shut out for ten days") };
        assert_eq!((next.failures, next.blocked_until), (6, now + Duration::seconds(3)));
        assert!(matches!(admit(Kind::Password, Some(next), now), Admission::Wait(_)));
    }

    #[test]
    fn a_day_later_it_is_forgotten() {
        let old = Record { failures: 50, last_failure_at: DateTime::UNIX_EPOCH, blocked_until: DateTime::UNIX_EPOCH };
        let Admission::Admitted(next) = admit(Kind::Password, Some(old), DateTime::UNIX_EPOCH + Duration::days(2)) else {
            panic!()
        };
        assert_eq!(next.failures, 1);
    }
}
