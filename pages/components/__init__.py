"""The pieces that pages are built of, each a small function. Text always comes translated from the caller."""
