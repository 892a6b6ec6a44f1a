"""docs/operations.md, followed literally on a stand-in for an empty machine."""
