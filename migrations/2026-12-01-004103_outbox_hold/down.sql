DROP TABLE outbox_hold;
