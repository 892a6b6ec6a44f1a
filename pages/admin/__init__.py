"""Admin pages of coordinators: one module per list, all with the same layout."""
