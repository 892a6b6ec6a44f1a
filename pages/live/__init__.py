"""Live updates of open pages: reload after events, debounce, regions shared by many readers."""
