//! Floor 2: the transactional outbox. Messages hold ids only; they are enqueued in the writer's transaction, claimed under a
//! lease by the worker, settled by the mail server's verdict, and never deleted on failure.
