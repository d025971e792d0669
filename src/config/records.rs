//! How long records are kept, as the settings say it.

use super::Retention;
use super::read::Reader;

/// Longest time that can be set: a hundred years.
const MOST_DAYS: i64 = 36_500;

/// Reads the section `[retention]`.
pub(super) fn retention(reader: &mut Reader) -> Retention {
    let mut days = |key: &str| reader.number(key, 0..=MOST_DAYS);
    Retention {
        admitted_days: days("retention.admitted_days"),
        lost_days: days("retention.lost_days"),
        declined_days: days("retention.declined_days"),
        referred_out_days: days("retention.referred_out_days"),
        invalid_days: days("retention.invalid_days"),
        spam_days: days("retention.spam_days"),
        quarantined_days: days("retention.quarantined_days"),
        mails_days: days("retention.mails_days"),
        drafts_days: days("retention.drafts_days"),
        most_at_once_percent: reader.number("retention.most_at_once_percent", 1..=100),
    }
}
