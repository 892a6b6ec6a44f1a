"""Reads: each takes its session first and returns read models of `gsapp.schemas`. None writes."""
