//! The last thing that happened to a lead, in words.

use super::store::LastEntry;

/// What happened, in few words; the time follows.
pub(super) fn happened(entry: &LastEntry) -> &'static str {
    match (entry.kind.as_str(), entry.disposition.as_deref(), entry.channel.as_deref()) {
        ("attempt", Some("spoke_prospect" | "spoke_inquirer" | "spoke_other"), _) => "Reached",
        ("attempt", Some("left_message"), _) => "Voicemail left",
        ("attempt", Some("no_answer"), _) => "Called, no answer,",
        ("attempt", Some("busy"), _) => "Called, busy,",
        ("attempt", Some("voicemail_full"), _) => "Called, voicemail full,",
        ("attempt", Some("wrong_number" | "disconnected"), _) => "Called, wrong number,",
        ("attempt", Some("declined_to_talk"), _) => "Did not want to talk",
        ("stop_requested", ..) | ("attempt", Some("asked_to_stop"), _) => "Asked us to stop",
        ("attempt", Some("text_sent"), _) => "Text sent",
        ("attempt", Some("text_reply"), _) => "Text came back",
        ("attempt", Some("email_sent"), _) => "Email sent",
        ("attempt", Some("email_reply"), _) => "Email came back",
        ("attempt", Some("bounced"), _) => "Email bounced",
        ("attempt", _, Some("text")) => "Texted",
        ("attempt", _, Some("email")) => "Emailed",
        ("attempt", ..) => "Called",
        ("claimed", ..) => "Claimed",
        ("released", ..) => "Given back",
        ("lapsed", ..) => "Claim lapsed",
        ("handed_over", ..) => "Handed over",
        ("note", ..) => "Note added",
        ("follow_up_set", ..) => "Follow-up set",
        ("follow_up_done", ..) => "Follow-up done",
        ("routed", ..) => "Routed",
        ("paused", ..) => "Paused",
        ("resumed", ..) => "Resumed",
        ("closed", ..) => "Closed",
        ("reopened", ..) => "Reopened",
        ("merged", ..) => "Merged",
        ("assessed", ..) => "Assessment went on",
        ("place_offered", ..) => "Place open",
        ("place_lapsed", ..) => "Place lapsed",
        ("quarantine_released", ..) => "Released from quarantine",
        _ => "Changed",
    }
}
