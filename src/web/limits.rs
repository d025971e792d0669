//! Bursts of inquiries. Past a limit an inquiry is stored all the same, as quarantined; nothing is refused here.

use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::app::App;
use crate::config::Limits;
use crate::values::QuarantineReason;

/// Per network (a /24 or a /64) and over all; one for all worker threads of a process. Addresses live in memory only.
pub struct InquiryLimits {
    limiters: Option<(DefaultKeyedRateLimiter<IpAddr>, DefaultDirectRateLimiter)>,
}

impl InquiryLimits {
    /// The configured limits; the first at 0 turns both off.
    pub fn new(limits: &Limits) -> Self {
        let per_address = NonZeroU32::new(limits.inquiries_per_minute);
        let total = NonZeroU32::new(limits.total_per_minute).unwrap_or(NonZeroU32::MAX);
        let limiters =
            per_address.map(|each| (RateLimiter::keyed(Quota::per_minute(each)), RateLimiter::direct(Quota::per_minute(total))));
        Self { limiters }
    }

    /// Counts one inquiry; the limit it passed, if any.
    pub fn check(&self, request: &HttpRequest, _app: &App) -> Option<QuarantineReason> {
        let (per_address, total) = self.limiters.as_ref()?;
        let address = request.peer_addr()?.ip();
        if per_address.check_key(&network(address)).is_err() {
            return Some(QuarantineReason::AddressLimit);
        }
        if total.check().is_err() { Some(QuarantineReason::TotalLimit) } else { None }
    }

    /// Forgets networks that have been quiet.
    pub fn forget_quiet(&self) {
        if let Some((per_address, _)) = &self.limiters {
            per_address.retain_recent();
        }
    }
}

/// The /24 or /64 an address belongs to.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => (v4.to_bits() & 0xffff_ff00).to_be_bytes().into(),
        IpAddr::V6(v6) => (v6.to_bits() & !u128::from(u64::MAX)).to_be_bytes().into(),
    }
}
