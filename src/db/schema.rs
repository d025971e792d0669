//! The tables as diesel sees them. Generated from a migrated database: `UPDATE_SCHEMA=1 bin/test schema_rs` writes it anew.
#![expect(missing_docs, reason = "generated; the migrations document the tables")]

diesel::table! {
    acknowledged_addresses (digest) {
        digest -> Bytea,
        message_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    assessment_items (id) {
        id -> Uuid,
        lead_id -> Uuid,
        item -> Text,
        status -> Text,
        revision -> Integer,
        reason -> Nullable<Text>,
        valid_until -> Nullable<Date>,
        answered -> Integer,
        asked -> Integer,
        questions_version -> Nullable<Text>,
        updated_at -> Timestamptz,
        updated_by -> Nullable<Uuid>,
        details -> Bytea,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        at -> Timestamptz,
        actor -> Text,
        member_id -> Nullable<Uuid>,
        action -> Text,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Text>,
        details -> Jsonb,
        request_id -> Nullable<Text>,
    }
}

diesel::table! {
    audit_links (seq) {
        seq -> BigInt,
        event_id -> BigInt,
        hash -> Bytea,
        linked_at -> Timestamptz,
    }
}

diesel::table! {
    audit_tallies (id) {
        id -> BigInt,
        minute -> Timestamptz,
        action -> Text,
        member_id -> Nullable<Uuid>,
        details -> Jsonb,
        count -> BigInt,
    }
}

diesel::table! {
    call_drafts (id) {
        id -> Uuid,
        member_id -> Uuid,
        started_at -> Timestamptz,
        kept_at -> Timestamptz,
        form -> Bytea,
    }
}

diesel::table! {
    capacity_changes (id) {
        id -> Uuid,
        program_id -> Uuid,
        effective_on -> Date,
        capacity -> Integer,
        member_id -> Nullable<Uuid>,
        decided_at -> Timestamptz,
        applied_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    consent_wordings (version) {
        version -> Text,
        language -> Text,
        wording -> Text,
        first_used_at -> Timestamptz,
    }
}

diesel::table! {
    different_people (lead_id, other_id) {
        lead_id -> Uuid,
        other_id -> Uuid,
        said_at -> Timestamptz,
        member_id -> Uuid,
    }
}

diesel::table! {
    erasures (lead_id) {
        lead_id -> Uuid,
        at -> Timestamptz,
        member_id -> Nullable<Uuid>,
        reason -> Text,
        class -> Nullable<Text>,
        inquiries -> Integer,
    }
}

diesel::table! {
    escalations (lead_id, rung, promised_at) {
        lead_id -> Uuid,
        rung -> Text,
        promised_at -> Timestamptz,
        at -> Timestamptz,
    }
}

diesel::table! {
    exports (id) {
        id -> Uuid,
        member_id -> Nullable<Uuid>,
        asked_at -> Timestamptz,
        as_of -> Timestamptz,
        state -> Text,
        format -> Text,
        column_set -> Text,
        filter -> Jsonb,
        purpose -> Bytea,
        expected -> BigInt,
        rows -> BigInt,
        bytes -> BigInt,
        progress_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        sha256 -> Nullable<Bytea>,
    }
}

diesel::table! {
    follow_ups (id) {
        id -> Uuid,
        lead_id -> Uuid,
        member_id -> Uuid,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
        body -> Bytea,
    }
}

diesel::table! {
    inquiries (id) {
        id -> Uuid,
        lead_id -> Uuid,
        opened_lead -> Bool,
        receipt -> Text,
        received_at -> Timestamptz,
        channel -> Text,
        language -> Text,
        who_for -> Text,
        contact_method -> Nullable<Text>,
        leave_message -> Bool,
        text_consent -> Nullable<Text>,
        best_time -> Nullable<Text>,
        program_interest -> Text,
        how_soon -> Nullable<Text>,
        state -> Nullable<Text>,
        interpreter -> Bool,
        acknowledge -> Bool,
        utm_source -> Nullable<Text>,
        utm_medium -> Nullable<Text>,
        utm_campaign -> Nullable<Text>,
        utm_term -> Nullable<Text>,
        utm_content -> Nullable<Text>,
        contact -> Bytea,
        message -> Bytea,
        adopted -> Bool,
        submission_digest -> Nullable<Bytea>,
        recent_digest -> Nullable<Bytea>,
        stop_requested_at -> Nullable<Timestamptz>,
        erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        roles -> Array<Text>,
        clinical_review -> Bool,
        invited_by -> Uuid,
        created_at -> Timestamptz,
        token_hash -> Bytea,
        expires_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        token_digest -> Nullable<Bytea>,
    }
}

diesel::table! {
    key_checks (purpose, key_id) {
        purpose -> Text,
        key_id -> Text,
        fingerprint -> Bytea,
        created_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    lead_watchers (lead_id, member_id) {
        lead_id -> Uuid,
        member_id -> Uuid,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    leads (id) {
        id -> Uuid,
        reference -> Text,
        version -> Integer,
        stage -> Text,
        outcome -> Nullable<Text>,
        outcome_reason -> Nullable<Text>,
        hold -> Nullable<Text>,
        quarantine_reason -> Nullable<Text>,
        resume_on -> Nullable<Date>,
        owner_id -> Nullable<Uuid>,
        claimed_at -> Nullable<Timestamptz>,
        lease_until -> Nullable<Timestamptz>,
        program_id -> Nullable<Uuid>,
        expected_admission_on -> Nullable<Date>,
        admitted_on -> Nullable<Date>,
        survivor_id -> Nullable<Uuid>,
        received_at -> Timestamptz,
        due_at -> Timestamptz,
        first_attempt_at -> Nullable<Timestamptz>,
        first_contact_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        attempts -> Integer,
        red_flag -> Bool,
        cadence_from -> Nullable<Timestamptz>,
        cadence_attempts -> Integer,
        place_number -> Nullable<Integer>,
        place_until -> Nullable<Timestamptz>,
        waiting_since -> Nullable<Timestamptz>,
        place_offered_at -> Nullable<Timestamptz>,
        contact_stopped_at -> Nullable<Timestamptz>,
        erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    legal_holds (id) {
        id -> Uuid,
        lead_id -> Uuid,
        placed_at -> Timestamptz,
        placed_by -> Uuid,
        lifted_at -> Nullable<Timestamptz>,
        lifted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    locations (id) {
        id -> Uuid,
        name -> Text,
        city -> Text,
        state -> Text,
        created_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        staffed_hours -> Text,
        holidays -> Array<Text>,
    }
}

diesel::table! {
    merges (lead_id) {
        lead_id -> Uuid,
        survivor_id -> Uuid,
        merged_at -> Timestamptz,
        member_id -> Uuid,
        hold -> Nullable<Text>,
        resume_on -> Nullable<Date>,
        owner_id -> Nullable<Uuid>,
        claimed_at -> Nullable<Timestamptz>,
        lease_until -> Nullable<Timestamptz>,
        due_at -> Timestamptz,
        survivor_due_before -> Timestamptz,
        survivor_due_after -> Timestamptz,
        follow_ups -> Array<Uuid>,
    }
}

diesel::table! {
    milestones (name, detail) {
        name -> Text,
        detail -> Text,
        at -> Timestamptz,
        member_id -> Uuid,
    }
}

diesel::table! {
    note_drafts (id) {
        id -> Uuid,
        lead_id -> Uuid,
        member_id -> Uuid,
        kept_at -> Timestamptz,
        body -> Bytea,
    }
}

diesel::table! {
    one_time_links (token_hash) {
        token_hash -> Bytea,
        purpose -> Text,
        member_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        token_digest -> Nullable<Bytea>,
    }
}

diesel::table! {
    outbox_hold (only_one) {
        only_one -> Bool,
        since -> Timestamptz,
        reason -> Text,
    }
}

diesel::table! {
    outbox_messages (id) {
        id -> Uuid,
        kind -> Text,
        recipient_kind -> Text,
        member_id -> Nullable<Uuid>,
        address_digest -> Nullable<Bytea>,
        lead_id -> Nullable<Uuid>,
        inquiry_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        claim_token -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        settled_at -> Nullable<Timestamptz>,
        reply_code -> Nullable<Text>,
        invitation_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    programs (id) {
        id -> Uuid,
        location_id -> Uuid,
        name -> Text,
        modality -> Text,
        capacity -> Integer,
        licensed_states -> Array<Text>,
        created_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        languages -> Array<Text>,
        payers -> Array<Text>,
    }
}

diesel::table! {
    recovery_codes (member_id, digest) {
        member_id -> Uuid,
        digest -> Bytea,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    red_flags (id) {
        id -> Uuid,
        lead_id -> Uuid,
        code -> Text,
        raised_at -> Timestamptz,
        raised_by -> Nullable<Uuid>,
        acknowledged_at -> Nullable<Timestamptz>,
        acknowledged_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    report_changes (id) {
        id -> BigInt,
        day -> Date,
    }
}

diesel::table! {
    report_days (day) {
        day -> Date,
        format -> Text,
        leads -> Integer,
        facts -> Bytea,
        packed_at -> Timestamptz,
    }
}

diesel::table! {
    retention_class_runs (class) {
        class -> Text,
        last_run_at -> Timestamptz,
        last_erased -> BigInt,
        last_erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    retention_runs (class) {
        class -> Text,
        last_run_at -> Timestamptz,
        last_erased -> BigInt,
        last_erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    returns (lead_id) {
        lead_id -> Uuid,
        earlier_id -> Uuid,
        noticed_at -> Timestamptz,
    }
}

diesel::table! {
    routing_choices (id) {
        id -> Uuid,
        lead_id -> Uuid,
        at -> Timestamptz,
        member_id -> Nullable<Uuid>,
        suggested_program_id -> Nullable<Uuid>,
        chosen_program_id -> Uuid,
        rules_version -> Text,
        rule_codes -> Array<Text>,
    }
}

diesel::table! {
    saved_views (id) {
        id -> Uuid,
        member_id -> Uuid,
        created_at -> Timestamptz,
        name -> Bytea,
        query -> Text,
    }
}

diesel::table! {
    schema_floor (only_one) {
        only_one -> Bool,
        oldest_program -> Text,
    }
}

diesel::table! {
    searches (id) {
        id -> Uuid,
        session_id -> Uuid,
        created_at -> Timestamptz,
        term -> Bytea,
    }
}

diesel::table! {
    second_factor_failures (member_id, device_digest) {
        member_id -> Uuid,
        device_digest -> Bytea,
        in_a_row -> BigInt,
        day -> Date,
        today -> BigInt,
    }
}

diesel::table! {
    second_receipts (code) {
        code -> Text,
        inquiry_id -> Uuid,
        noted_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        token_hash -> Bytea,
        member_id -> Uuid,
        stage -> Text,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        token_digest -> Nullable<Bytea>,
        offered_seed -> Nullable<Bytea>,
    }
}

diesel::table! {
    sign_in_throttles (account_digest, network_digest) {
        account_digest -> Bytea,
        network_digest -> Bytea,
        failures -> Integer,
        last_failure_at -> Timestamptz,
        blocked_until -> Timestamptz,
    }
}

diesel::table! {
    snippets (id) {
        id -> Uuid,
        kind -> Text,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        content -> Bytea,
    }
}

diesel::table! {
    staff (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        roles -> Array<Text>,
        clinical_review -> Bool,
        password_hash -> Text,
        totp_secret -> Nullable<Bytea>,
        totp_last_step -> BigInt,
        notify_new_inquiries -> Bool,
        created_at -> Timestamptz,
        last_seen_at -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        weekly_summary -> Bool,
        quiet_from -> Nullable<SmallInt>,
        quiet_to -> Nullable<SmallInt>,
        device_salt -> Nullable<Uuid>,
    }
}

diesel::table! {
    stop_requests (id) {
        id -> Uuid,
        lead_id -> Uuid,
        inquiry_id -> Nullable<Uuid>,
        asked_by -> Text,
        asked_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        settled_by -> Nullable<Uuid>,
        decision -> Nullable<Text>,
    }
}

diesel::table! {
    suppressions (digest) {
        digest -> Bytea,
        kind -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    timeline_entries (id) {
        id -> Uuid,
        lead_id -> Uuid,
        at -> Timestamptz,
        member_id -> Nullable<Uuid>,
        kind -> Text,
        channel -> Nullable<Text>,
        disposition -> Nullable<Text>,
        program_id -> Nullable<Uuid>,
        from_code -> Nullable<Text>,
        to_code -> Nullable<Text>,
        body -> Nullable<Bytea>,
    }
}

diesel::table! {
    weekly_summaries (week) {
        week -> Date,
        enqueued_at -> Timestamptz,
    }
}

diesel::joinable!(acknowledged_addresses -> outbox_messages (message_id));
diesel::joinable!(assessment_items -> leads (lead_id));
diesel::joinable!(assessment_items -> staff (updated_by));
diesel::joinable!(audit_links -> audit_events (event_id));
diesel::joinable!(call_drafts -> staff (member_id));
diesel::joinable!(capacity_changes -> programs (program_id));
diesel::joinable!(capacity_changes -> staff (member_id));
diesel::joinable!(different_people -> staff (member_id));
diesel::joinable!(erasures -> leads (lead_id));
diesel::joinable!(erasures -> staff (member_id));
diesel::joinable!(escalations -> leads (lead_id));
diesel::joinable!(exports -> staff (member_id));
diesel::joinable!(follow_ups -> leads (lead_id));
diesel::joinable!(follow_ups -> staff (member_id));
diesel::joinable!(inquiries -> consent_wordings (text_consent));
diesel::joinable!(inquiries -> leads (lead_id));
diesel::joinable!(invitations -> staff (invited_by));
diesel::joinable!(lead_watchers -> leads (lead_id));
diesel::joinable!(lead_watchers -> staff (member_id));
diesel::joinable!(leads -> programs (program_id));
diesel::joinable!(leads -> staff (owner_id));
diesel::joinable!(legal_holds -> leads (lead_id));
diesel::joinable!(milestones -> staff (member_id));
diesel::joinable!(note_drafts -> leads (lead_id));
diesel::joinable!(note_drafts -> staff (member_id));
diesel::joinable!(one_time_links -> staff (member_id));
diesel::joinable!(outbox_messages -> inquiries (inquiry_id));
diesel::joinable!(outbox_messages -> invitations (invitation_id));
diesel::joinable!(outbox_messages -> leads (lead_id));
diesel::joinable!(outbox_messages -> staff (member_id));
diesel::joinable!(programs -> locations (location_id));
diesel::joinable!(recovery_codes -> staff (member_id));
diesel::joinable!(red_flags -> leads (lead_id));
diesel::joinable!(routing_choices -> leads (lead_id));
diesel::joinable!(routing_choices -> staff (member_id));
diesel::joinable!(saved_views -> staff (member_id));
diesel::joinable!(searches -> sessions (session_id));
diesel::joinable!(second_factor_failures -> staff (member_id));
diesel::joinable!(second_receipts -> inquiries (inquiry_id));
diesel::joinable!(sessions -> staff (member_id));
diesel::joinable!(snippets -> staff (created_by));
diesel::joinable!(stop_requests -> inquiries (inquiry_id));
diesel::joinable!(stop_requests -> leads (lead_id));
diesel::joinable!(stop_requests -> staff (settled_by));
diesel::joinable!(timeline_entries -> leads (lead_id));
diesel::joinable!(timeline_entries -> programs (program_id));
diesel::joinable!(timeline_entries -> staff (member_id));
diesel::allow_tables_to_appear_in_same_query!(
    acknowledged_addresses,
    assessment_items,
    audit_events,
    audit_links,
    audit_tallies,
    call_drafts,
    capacity_changes,
    consent_wordings,
    different_people,
    erasures,
    escalations,
    exports,
    follow_ups,
    inquiries,
    invitations,
    key_checks,
    lead_watchers,
    leads,
    legal_holds,
    locations,
    merges,
    milestones,
    note_drafts,
    one_time_links,
    outbox_hold,
    outbox_messages,
    programs,
    recovery_codes,
    red_flags,
    report_changes,
    report_days,
    retention_class_runs,
    retention_runs,
    returns,
    routing_choices,
    saved_views,
    schema_floor,
    searches,
    second_factor_failures,
    second_receipts,
    sessions,
    sign_in_throttles,
    snippets,
    staff,
    stop_requests,
    suppressions,
    timeline_entries,
    weekly_summaries,
);
