-- What the role of the public host (database.public_role) may ask, each for exactly the code, digest or id it already has. All of them
-- run with the rights of the owner of the tables, so that the role reads no receipt, no digest and no lead: nothing can be listed.

-- Submissions that are stored already: same key and same content at any time, or same content within ten minutes. One row for each
-- position of the arrays that is known. The sum stands on the column's side so that no index on received_at is taken: it would read
-- all of the last ten minutes for each submission.
CREATE FUNCTION known_submissions(submissions bytea[], recents bytea[], spooled timestamptz[]) RETURNS TABLE (ord bigint, receipt text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT given.ord, before.receipt
        FROM unnest(submissions, recents, spooled) WITH ORDINALITY AS given(submission, recent, spooled_at, ord)
        CROSS JOIN LATERAL (
            SELECT i.receipt FROM inquiries i WHERE i.submission_digest = given.submission
            UNION ALL
            SELECT i.receipt FROM inquiries i
                WHERE i.recent_digest = given.recent AND i.received_at + interval '10 minutes' > least(given.spooled_at, now())
            LIMIT 1) before;
END
$$;

-- Members who are mailed about a new inquiry: ids alone.
CREATE FUNCTION new_inquiry_members() RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT s.id FROM staff s
        WHERE s.notify_new_inquiries AND s.disabled_at IS NULL AND s.roles && ARRAY['coordinator', 'manager'];
END
$$;

-- What a receipt's page shows, for one code, a second one as well: how far the work got on its lead, or on the lead that one was
-- merged into. Nothing for an unknown code, nor once it was erased.
CREATE FUNCTION receipt_status(code text) RETURNS TABLE (received_at timestamptz, language text, stage text, outcome text,
    first_attempt_at timestamptz, first_contact_at timestamptz, seen boolean, stopped boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT i.received_at, i.language, worked.stage, worked.outcome, worked.first_attempt_at, worked.first_contact_at,
            EXISTS (SELECT FROM timeline_entries t
                WHERE (t.lead_id = worked.id OR t.lead_id = i.lead_id) AND t.kind IN ('claimed', 'handed_over', 'attempt')),
            worked.contact_stopped_at IS NOT NULL
        FROM inquiries i JOIN leads own ON own.id = i.lead_id JOIN leads worked ON worked.id = coalesce(own.survivor_id, own.id)
        WHERE (i.receipt = receipt_status.code OR i.id = (SELECT s.inquiry_id FROM second_receipts s WHERE s.code = receipt_status.code))
            AND worked.erased_at IS NULL;
END
$$;

-- True if this inquiry is stored under this code.
CREATE FUNCTION is_stored(inquiry uuid, code text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT EXISTS (SELECT FROM inquiries i WHERE i.id = $1 AND i.receipt = $2) $$;

-- A second code for the inquiry that is stored under the first one. False: no such first code.
CREATE FUNCTION keep_second_receipt(first_code text, second_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stored uuid;
BEGIN
    SELECT i.id INTO stored FROM inquiries i WHERE i.receipt = first_code;
    IF stored IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO second_receipts (code, inquiry_id) VALUES (second_code, stored) ON CONFLICT DO NOTHING;
    RETURN true;
END
$$;

-- Forgets ten-minute digests that are older than that, so that they hold up nobody. Returns how many.
CREATE FUNCTION forget_stale_digests(digests bytea[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    UPDATE inquiries SET recent_digest = NULL WHERE recent_digest = ANY (digests) AND received_at <= now() - interval '10 minutes';
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;

-- A public host of this release needs less than one of the release before, which reads the tables itself. Where the role has those
-- older rights, they stay until the first public host of this release connects and calls this (see migrations/README.md). A role that
-- may read more than the public one is left alone. True if rights were taken away.
CREATE FUNCTION give_up_older_rights() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF has_column_privilege(session_user, 'public.inquiries', 'contact', 'SELECT')
        OR NOT has_column_privilege(session_user, 'public.inquiries', 'receipt', 'SELECT') THEN
        RETURN false;
    END IF;
    EXECUTE format('REVOKE SELECT (lead_id, receipt, received_at, language, submission_digest, recent_digest), UPDATE (recent_digest) ON inquiries FROM %I', session_user);
    EXECUTE format('REVOKE SELECT (id, stage, outcome, survivor_id, first_attempt_at, first_contact_at, contact_stopped_at, erased_at) ON leads FROM %I', session_user);
    EXECUTE format('REVOKE ALL ON audit_events, second_receipts, staff, timeline_entries FROM %I', session_user);
    RETURN true;
END
$$;

-- Functions are for everybody unless that is taken away. Whoever stores inquiries today goes on doing so until rights are set anew,
-- which `intake migrate` does next.
DO $$
DECLARE
    functions CONSTANT text := 'known_submissions(bytea[], bytea[], timestamptz[]), new_inquiry_members(), receipt_status(text), '
        'is_stored(uuid, text), keep_second_receipt(text, text), forget_stale_digests(bytea[]), give_up_older_rights(), request_stop(text)';
    stores text;
BEGIN
    EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || functions || ' FROM PUBLIC';
    FOR stores IN
        SELECT DISTINCT r.rolname FROM pg_class c CROSS JOIN aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid = 'public.inquiries'::regclass AND a.privilege_type = 'INSERT'
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', functions, stores);
    END LOOP;
END
$$;
