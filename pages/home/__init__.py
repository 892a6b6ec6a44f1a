"""The start page, for members and for visitors."""
