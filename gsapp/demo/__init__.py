"""A believable small town for a first look."""
