"""The coordinators' desk: one file a noun, the same frame around every list."""
