"""Pages of needs and offers: board, forms, one need, one offer, own lists, suggestions."""
