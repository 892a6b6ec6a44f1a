"""What an event also writes in its own transaction: history, notifications, counts, search index."""
