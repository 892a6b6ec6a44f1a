// `gs` is the only global of the site's scripts; each script adds the functions that others call under its own name.
// It comes first in the bundle (see SCRIPTS in pages/core/theme.py).
window.gs = {};
