//! One line of the audit log: ids and codes, never a name, a number or a search term.

use serde_json::Value;

use crate::values::{InquiryId, LeadId, MemberId, ProgramId};

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the public pages.
    Public,
    /// A member of the staff.
    Member(MemberId),
    /// The worker or the server itself.
    System,
    /// A person at the command line.
    Command,
}

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A lead.
    Lead(LeadId),
    /// An inquiry.
    Inquiry(InquiryId),
    /// An account.
    Member(MemberId),
    /// A program.
    Program(ProgramId),
    /// Nothing in particular: a list, a sign-in of an unknown account.
    None,
}

crate::coded_choice! {
    /// What was done. Add a line here for each new thing worth a trace.
    Action {
        /// An inquiry was stored.
        InquiryReceived = "inquiry.received",
        /// A list of leads was shown; details: which view, how many.
        QueueViewed = "queue.viewed",
        /// A lead's page was shown.
        LeadViewed = "lead.viewed",
        /// A search was made; details: how many hits, never the term.
        LeadsSearched = "leads.searched",
        /// A lead was claimed.
        LeadClaimed = "lead.claimed",
        /// A claim was given back.
        LeadReleased = "lead.released",
        /// A lead changed; details: from, to, version.
        LeadChanged = "lead.changed",
        /// A lead was refused to a colleague who held an old version or lost a race.
        LeadConflict = "lead.conflict",
        /// A contact attempt was logged.
        AttemptLogged = "lead.attempt",
        /// An item of the assessment checklist changed; details: which, and its state.
        LeadAssessed = "lead.assessed",
        /// An export began; details: format, columns, filter, as of when.
        ExportStarted = "export.started",
        /// An export came out whole; details: rows, bytes, hash.
        ExportFinished = "export.finished",
        /// An export ended before its end; details: rows so far.
        ExportBroken = "export.broken_off",
        /// A text that is written often changed; details: which.
        SnippetChanged = "snippet.changed",
        /// A red flag was raised; details: which.
        RedFlagRaised = "lead.red_flag_raised",
        /// A red flag was acknowledged; details: which.
        RedFlagAcknowledged = "lead.red_flag_acknowledged",
        /// A lead was merged into another; written for both.
        LeadsMerged = "lead.merged",
        /// A merge was taken back; written for both.
        LeadsUnmerged = "lead.unmerged",
        /// Two leads are about two people; details: the other.
        DuplicateDismissed = "lead.duplicate_dismissed",
        /// A person who wrote before wrote again; details: the earlier lead.
        ReturnNoticed = "lead.return_noticed",
        /// A lead was added by staff during a call.
        LeadAdded = "lead.added",
        /// A note was added.
        NoteAdded = "lead.note",
        /// A follow-up was set or done.
        FollowUpChanged = "lead.follow_up",
        /// The quarantine was shown.
        QuarantineViewed = "quarantine.viewed",
        /// A lead was released from quarantine.
        QuarantineReleased = "quarantine.released",
        /// A flood was closed as spam; details: how many, which.
        QuarantineClosed = "quarantine.closed",
        /// Programs or locations changed.
        ProgramChanged = "program.changed",
        /// A member signed in.
        SignedIn = "session.signed_in",
        /// A right password was given; the code of the second factor is still missing.
        CodeAwaited = "session.code_awaited",
        /// A sign-in failed; details: why, as a code.
        SignInFailed = "session.failed",
        /// A member signed out, or a session was ended.
        SignedOut = "session.ended",
        /// A signed-in member proved again who they are.
        Confirmed = "session.confirmed",
        /// An account was made or changed.
        MemberChanged = "member.changed",
        /// A signed-in person asked for what is not theirs.
        AccessDenied = "access.denied",
        /// A member sent a test mail to themselves.
        TestMailSent = "mail.test_sent",
        /// The audit log was read; details: the search, how many entries.
        AuditViewed = "audit.viewed",
        /// The audit log was taken out as a file; details: the search.
        AuditExported = "audit.exported",
        /// The chain of the audit log was walked; details: whether it holds.
        AuditVerified = "audit.verified",
        /// A mail, or all that wait, was made due at once.
        MailRetried = "mail.retried",
        /// No mail is sent until the hold is released; details: why.
        MailHeld = "mail.held",
        /// Mails are sent again; details: how many wait, how many were discarded.
        MailReleased = "mail.released",
        /// This database came back from a backup; details: as of when, whether its signature was checked.
        DatabaseRestored = "database.restored",
        /// The running settings were read.
        SettingsViewed = "settings.viewed",
        /// An administrator said something once about this installation; details: what.
        MilestoneSet = "milestone.set",
        /// A report was shown: figures only.
        ReportViewed = "report.viewed",
        /// A report was taken as a file: figures only; details: format.
        ReportDownloaded = "report.downloaded",
        /// The leads behind a figure were shown; details: which figure, which leads.
        FigureOpened = "report.leads",
        /// A person asked at their receipt that nobody gets in touch.
        StopRequested = "contact.stop_requested",
        /// A request not to be contacted was settled, or noted by staff; details: the decision.
        StopSettled = "contact.stop_settled",
        /// A legal hold was placed.
        LegalHoldPlaced = "lead.legal_hold_placed",
        /// A legal hold was lifted.
        LegalHoldLifted = "lead.legal_hold_lifted",
        /// What may be done about a person's record was shown: no name.
        RightsViewed = "lead.rights_viewed",
        /// A lead was erased; details: why, by which class of the schedule, how many inquiries.
        LeadErased = "lead.erased",
        /// An erasure was refused because of a legal hold.
        ErasureRefused = "lead.erasure_refused",
        /// Everything held on a person was taken out as a file.
        RecordExported = "lead.record_exported",
        /// The schedule of retention was shown.
        RetentionViewed = "retention.viewed",
        /// The schedule of retention was carried out; details: how many of which class.
        RetentionRun = "retention.run",
        /// A new record key writes from now on; details: which.
        KeyAdded = "keys.added",
        /// Every envelope was brought under the key that writes; details: how many.
        KeysRotated = "keys.rotated",
        /// An old record key left the ring; details: which.
        KeyRemoved = "keys.removed",
        /// Demonstration data was made.
        Seeded = "seed.made",
    }
}

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Who.
    pub actor: Actor,
    /// Did what.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// Ids and codes only.
    pub details: Value,
    /// The request it belongs to.
    pub request_id: Option<String>,
}

impl Event {
    /// An event without details.
    pub const fn new(actor: Actor, action: Action, subject: Subject) -> Self {
        Self { actor, action, subject, details: Value::Null, request_id: None }
    }

    /// Adds details: ids and codes only.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}
