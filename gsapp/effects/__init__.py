"""Writes that belong to an event, in its transaction: history, notifications, counts, search index."""
