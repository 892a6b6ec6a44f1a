"""What every page uses: state of a browser tab, calls to queries and services, theme, JavaScript calls."""
