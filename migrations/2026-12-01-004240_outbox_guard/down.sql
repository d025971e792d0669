DROP TRIGGER outbox_guard ON outbox_messages;
DROP FUNCTION outbox_guard();
