//! The worker: renders and sends outbox messages, adopts what the public role sealed, links the audit chain.
