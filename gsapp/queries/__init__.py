"""Queries: functions that read only. Each takes the session first and returns read models of `gsapp.schemas`."""
