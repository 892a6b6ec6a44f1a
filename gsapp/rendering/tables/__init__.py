"""Columns of each exported table, one module per export."""
