//! Data inventory: every column that holds something about a person, and what becomes of it. Tests hold it against the migrated
//! schema, against `Place::ALL`, against the table in `docs/SECURITY.md`, and against what an adoption, an erasure, an access copy, an
//! export and a key rotation really do. `docs/ADDING.md` says how a column is added.

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// In an envelope, bound to its row. A key rotation seals it under the new key.
    Sealed,
    /// As a hash or a keyed digest.
    Hash,
    /// In the clear, as it was typed.
    Clear,
    /// In the clear: a code, an id or a time, nothing that was typed.
    Code,
}

/// What the erasure of a person's record does to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnErasure {
    /// An envelope with nothing in it takes its place.
    Blanked,
    /// It becomes NULL.
    Nulled,
    /// Its row is deleted.
    RowDeleted,
    /// It is set: that, or when, the row was adopted or erased.
    Set,
    /// It stays: a code or a time that every figure needs.
    Stays,
    /// It is not about the person who is erased.
    NotTheirs,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table: each is a column of its own")]
pub struct PersonColumn {
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
    /// How it is stored.
    pub stored: Stored,
    /// What an erasure does to it.
    pub on_erasure: OnErasure,
    /// A part of the content that makes two submissions the same.
    pub in_digest: bool,
    /// The public role seals it under a sending key; the worker adopts it.
    pub is_adopted: bool,
    /// It is in the file with everything we hold on a person.
    pub in_access_copy: bool,
    /// It is in an export with names.
    pub in_export: bool,
}

impl PersonColumn {
    const fn new(table: &'static str, column: &'static str, stored: Stored, on_erasure: OnErasure) -> Self {
        let (in_digest, is_adopted, in_access_copy, in_export) = (false, false, false, false);
        Self { table, column, stored, on_erasure, in_digest, is_adopted, in_access_copy, in_export }
    }

    const fn digested(self) -> Self {
        Self { in_digest: true, ..self }
    }

    const fn adopted(self) -> Self {
        Self { is_adopted: true, ..self }
    }

    const fn copied(self) -> Self {
        Self { in_access_copy: true, ..self }
    }

    const fn exported(self) -> Self {
        Self { in_export: true, ..self }
    }

    /// `table.column`
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

const fn sealed(table: &'static str, column: &'static str, on_erasure: OnErasure) -> PersonColumn {
    PersonColumn::new(table, column, Stored::Sealed, on_erasure)
}

const fn hash(table: &'static str, column: &'static str, on_erasure: OnErasure) -> PersonColumn {
    PersonColumn::new(table, column, Stored::Hash, on_erasure)
}

const fn clear(table: &'static str, column: &'static str) -> PersonColumn {
    PersonColumn::new(table, column, Stored::Clear, OnErasure::NotTheirs)
}

/// A coded answer, an id or a time of an inquiry.
const fn code(column: &'static str) -> PersonColumn {
    PersonColumn::new("inquiries", column, Stored::Code, OnErasure::Stays)
}

/// Every column of bytes, every column of free text that names a person, and every column of `inquiries`.
pub const COLUMNS: &[PersonColumn] = &[
    // What an inquirer typed, or staff about them.
    sealed("inquiries", "contact", OnErasure::Blanked).digested().adopted().copied().exported(),
    sealed("inquiries", "message", OnErasure::Blanked).digested().adopted().copied().exported(),
    sealed("timeline_entries", "body", OnErasure::Blanked).copied(),
    sealed("follow_ups", "body", OnErasure::RowDeleted).copied(),
    sealed("note_drafts", "body", OnErasure::RowDeleted).copied(),
    sealed("assessment_items", "details", OnErasure::RowDeleted).copied(),
    sealed("searches", "term", OnErasure::RowDeleted),
    // A call that is being written down belongs to no lead yet; it goes when it is saved, and by `retention.drafts_days`.
    sealed("call_drafts", "form", OnErasure::NotTheirs),
    // What members keep for themselves and for the center.
    sealed("snippets", "content", OnErasure::NotTheirs),
    sealed("exports", "purpose", OnErasure::NotTheirs),
    sealed("saved_views", "name", OnErasure::NotTheirs),
    sealed("staff", "totp_secret", OnErasure::NotTheirs),
    sealed("sessions", "offered_seed", OnErasure::NotTheirs),
    // Hashes.
    hash("inquiries", "submission_digest", OnErasure::Nulled),
    hash("inquiries", "recent_digest", OnErasure::Nulled),
    hash("acknowledged_addresses", "digest", OnErasure::RowDeleted),
    // The do-not-contact list outlives the record, because the person asked for it.
    hash("suppressions", "digest", OnErasure::Stays),
    hash("outbox_messages", "address_digest", OnErasure::NotTheirs),
    hash("sign_in_throttles", "account_digest", OnErasure::NotTheirs),
    hash("sign_in_throttles", "network_digest", OnErasure::NotTheirs),
    hash("second_factor_failures", "device_digest", OnErasure::NotTheirs),
    hash("sessions", "token_digest", OnErasure::NotTheirs),
    hash("one_time_links", "token_digest", OnErasure::NotTheirs),
    hash("invitations", "token_digest", OnErasure::NotTheirs),
    hash("sessions", "token_hash", OnErasure::NotTheirs),
    hash("one_time_links", "token_hash", OnErasure::NotTheirs),
    hash("invitations", "token_hash", OnErasure::NotTheirs),
    hash("recovery_codes", "digest", OnErasure::NotTheirs),
    hash("staff", "password_hash", OnErasure::NotTheirs),
    // The center's own people.
    clear("staff", "email"),
    clear("staff", "name"),
    clear("invitations", "email"),
    clear("invitations", "name"),
    // Answers of the form. Two tags that could tell people apart go.
    code("who_for").digested().copied().exported(),
    code("contact_method").digested().copied(),
    code("leave_message").digested().copied(),
    code("text_consent").digested().copied(),
    code("program_interest").digested().copied().exported(),
    code("how_soon").digested().copied().exported(),
    code("state").digested().copied().exported(),
    code("best_time").digested().copied(),
    code("interpreter").digested().copied(),
    code("language").digested().copied().exported(),
    code("acknowledge").digested().copied(),
    code("utm_source").copied().exported(),
    code("utm_medium").copied().exported(),
    code("utm_campaign").copied().exported(),
    PersonColumn::new("inquiries", "utm_term", Stored::Code, OnErasure::Nulled).copied(),
    PersonColumn::new("inquiries", "utm_content", Stored::Code, OnErasure::Nulled).copied(),
    code("id").copied(),
    code("lead_id").copied(),
    code("opened_lead"),
    code("receipt").copied(),
    code("received_at").copied(),
    code("channel").copied().exported(),
    code("stop_requested_at").copied(),
    PersonColumn::new("inquiries", "adopted", Stored::Code, OnErasure::Set),
    PersonColumn::new("inquiries", "erased_at", Stored::Code, OnErasure::Set),
];

/// What the erasure of a lead does to the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsOnErasure {
    /// They are deleted.
    Deleted,
    /// They stay: codes, ids and times. [`COLUMNS`] says what happens to anything else in them.
    Stay,
}

/// Every table that refers to a lead or to an inquiry.
pub const LEAD_TABLES: &[(&str, RowsOnErasure)] = &[
    ("assessment_items", RowsOnErasure::Deleted),
    ("different_people", RowsOnErasure::Deleted),
    ("erasures", RowsOnErasure::Stay),
    ("escalations", RowsOnErasure::Stay),
    ("follow_ups", RowsOnErasure::Deleted),
    ("inquiries", RowsOnErasure::Stay),
    ("lead_watchers", RowsOnErasure::Deleted),
    ("leads", RowsOnErasure::Stay),
    ("legal_holds", RowsOnErasure::Stay),
    ("merges", RowsOnErasure::Stay),
    ("note_drafts", RowsOnErasure::Deleted),
    ("outbox_messages", RowsOnErasure::Stay),
    ("red_flags", RowsOnErasure::Deleted),
    ("returns", RowsOnErasure::Deleted),
    ("routing_choices", RowsOnErasure::Stay),
    ("second_receipts", RowsOnErasure::Stay),
    ("stop_requests", RowsOnErasure::Stay),
    ("timeline_entries", RowsOnErasure::Stay),
];

/// Columns of bytes that are about nobody.
pub const NOT_ABOUT_PEOPLE: &[&str] = &["audit_links.hash", "exports.sha256", "key_checks.fingerprint", "report_days.facts"];

/// True for the name of a column of bytes that is a hash by our convention: a release that does not know it need not wait.
pub fn is_hash_name(column: &str) -> bool {
    ["digest", "hash", "fingerprint", "sha256"].iter().any(|end| column.ends_with(end))
}
