"""Notifications of a member: the inbox and its settings."""
