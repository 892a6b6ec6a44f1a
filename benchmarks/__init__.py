"""Measurements that anyone can repeat. Not part of the tests: they want a quiet machine."""
