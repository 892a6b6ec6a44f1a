"""Writes: one function per use case.

Each takes its session first, then the actor, and the rest by keyword. It checks the permission while loading, moves
state through `gsapp.guards`, records what happened and returns ids. None commits, and none does anything outside its
session, for the edge may run it again; what has to happen there waits for the commit (`db.after_commit`).
"""
