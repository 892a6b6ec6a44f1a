"""Writes: one function per use case.

Each takes its session first and the rest by keyword, checks the permission while loading, moves state through
`gsapp.guards`, records what happened and returns ids. None commits, and none does anything outside its session:
the edge may run it again.
"""
