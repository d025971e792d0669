//! How many inquiries per minute are taken at face value. Past the limit an inquiry is stored all the same, as quarantined:
//! nothing is refused that a person in need would send.

use std::num::NonZeroU32;

use actix_web::HttpRequest;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::client_ip;
use crate::app::App;
use crate::config::Limits;
use crate::values::{Network, QuarantineReason};

/// Above so many networks remembered, those that are quiet again are forgotten.
const FORGET_ABOVE: usize = 10_000;

/// The limits of this process, shared by its worker threads. In memory: a network is never written down.
#[derive(Debug)]
pub struct InquiryLimits(Option<Buckets>);

#[derive(Debug)]
struct Buckets {
    per_network: DefaultKeyedRateLimiter<Network>,
    total: Option<DefaultDirectRateLimiter>,
}

impl InquiryLimits {
    /// As configured; the first at 0 turns both off.
    pub fn new(limits: &Limits) -> Self {
        let buckets = NonZeroU32::new(limits.inquiries_per_minute).map(|per_network| Buckets {
            per_network: RateLimiter::keyed(Quota::per_minute(per_network)),
            total: NonZeroU32::new(limits.total_per_minute).map(|total| RateLimiter::direct(Quota::per_minute(total))),
        });
        Self(buckets)
    }

    /// Counts the inquiry of a request; the reason to quarantine it if a limit is passed.
    pub fn check(&self, request: &HttpRequest, app: &App) -> Option<QuarantineReason> {
        self.count(client_ip::network(request, app))
    }

    /// Counts an inquiry; the reason to quarantine it if a limit is passed.
    pub fn count(&self, network: Network) -> Option<QuarantineReason> {
        let buckets = self.0.as_ref()?;
        if buckets.per_network.len() > FORGET_ABOVE {
            buckets.per_network.retain_recent();
        }
        if buckets.per_network.check_key(&network).is_err() {
            return Some(QuarantineReason::AddressLimit);
        }
        let full = buckets.total.as_ref().is_some_and(|total| total.check().is_err());
        full.then_some(QuarantineReason::TotalLimit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn a_burst_is_quarantined_and_others_are_not() {
        let limits = InquiryLimits::new(&Limits { inquiries_per_minute: 2, total_per_minute: 3 });
        let (one, two) = (network("192.0.2.1"), network("198.51.100.1"));
        assert_eq!([limits.count(one), limits.count(one)], [None, None]);
        assert_eq!(limits.count(one), Some(QuarantineReason::AddressLimit));
        assert_eq!(limits.count(two), None);
        assert_eq!(limits.count(two), Some(QuarantineReason::TotalLimit));
    }

    #[test]
    fn zero_turns_both_off() {
        let limits = InquiryLimits::new(&Limits { inquiries_per_minute: 0, total_per_minute: 1 });
        assert!((0..50).all(|_| limits.count(network("192.0.2.1")).is_none()));
    }
}
