//! Taking an inquiry: checked, judged, sealed, stored. The form and its JSON twin both end here.

use super::consent::ConsentWording;
use super::prepared::Prepared;
use super::submit::{NotStored, Writer};
use crate::app::App;
use crate::inquiries::{NewInquiry, trap};
use crate::telemetry::metrics::Verdict;
use crate::values::{InquiryChannel, QuarantineReason, ReceiptCode};

/// Why no receipt can be given. It is safe to send the same again.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Sealing failed its own check: nothing was written.
    #[error("the inquiry could not be sealed")]
    Seal(#[from] crate::sealing::SealError),
    /// Neither the database nor the spool confirmed it.
    #[error("the inquiry could not be stored")]
    Store(#[from] NotStored),
}

/// Takes a checked inquiry and gives its receipt, after the commit and not before.
pub async fn take(
    app: &App,
    writer: &Writer,
    inquiry: NewInquiry,
    channel: InquiryChannel,
    limit: Option<QuarantineReason>,
) -> Result<ReceiptCode, NotTaken> {
    let held = trap::verdict(&inquiry, limit);
    let outcome = seal_and_store(app, writer, inquiry, channel, held).await;
    let verdict = match (&outcome, held) {
        (Ok(_), None) => Verdict::Taken,
        (Ok(_), Some(_)) => Verdict::Quarantined,
        (Err(_), _) => Verdict::NotStored,
    };
    app.metrics.submitted(channel.code(), verdict);
    outcome
}

async fn seal_and_store(
    app: &App,
    writer: &Writer,
    inquiry: NewInquiry,
    channel: InquiryChannel,
    held: Option<QuarantineReason>,
) -> Result<ReceiptCode, NotTaken> {
    let consent = ConsentWording::current(inquiry.answers.language);
    let prepared = Prepared::seal(&app.keys, inquiry, channel, held, &consent.version, &app.config.facility.reference_prefix)?;
    Ok(writer.submit(prepared).await?)
}
