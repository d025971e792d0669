-- Who may only add mails (the public role) asks for no other than those of an inquiry it stores in the same transaction: to staff, and
-- an acknowledgement to the inquirer. Else a stolen public host could write to everybody who ever wrote.
CREATE FUNCTION outbox_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM asked LEFT JOIN inquiries i
            ON i.id = asked.inquiry_id AND i.lead_id = asked.lead_id AND i.xmin = pg_current_xact_id()::xid
        WHERE i.id IS NULL OR (asked.kind, asked.recipient_kind) NOT IN
            (('new_inquiry', 'member'), ('new_inquiry', 'configured'), ('acknowledgement', 'inquirer'))
    ) THEN
        RAISE EXCEPTION 'only mails about an inquiry of the same transaction may be asked for' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_guard AFTER INSERT ON outbox_messages REFERENCING NEW TABLE AS asked FOR EACH STATEMENT
    WHEN (NOT has_table_privilege('public.outbox_messages', 'UPDATE'))
    EXECUTE FUNCTION outbox_guard();
