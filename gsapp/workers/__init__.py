"""Background workers: scheduled jobs, delivery of the e-mail outbox, garbage collection of uploads."""
