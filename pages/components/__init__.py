"""Components: small functions that build the elements of pages. Text always comes translated from the caller."""
