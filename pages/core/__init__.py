"""What every page uses: the session of a browser tab, calls to queries and services, theme, JavaScript calls."""
