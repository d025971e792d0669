GRANT EXECUTE ON FUNCTION request_stop(text) TO PUBLIC;
DROP FUNCTION give_up_older_rights();
DROP FUNCTION forget_stale_digests(bytea[]);
DROP FUNCTION keep_second_receipt(text, text);
DROP FUNCTION is_stored(uuid, text);
DROP FUNCTION receipt_status(text);
DROP FUNCTION new_inquiry_members();
DROP FUNCTION known_submissions(bytea[], bytea[], timestamptz[]);
