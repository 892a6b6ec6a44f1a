"""The page of monthly statistics."""
