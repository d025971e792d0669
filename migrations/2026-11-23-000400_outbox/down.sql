DROP TABLE acknowledged_addresses;
DROP TABLE outbox_messages;
