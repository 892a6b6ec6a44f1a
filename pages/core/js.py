"""Calls of the functions in `assets/js` from the server, and the paths that these must not handle as pages."""

import json
import re

from fastapi import FastAPI


def js_call(function: str, *values: str | float | bool | None) -> str:
    """JavaScript that calls a function in `assets/js`, such as `gs.navigation.go`, with arguments encoded as JSON.

    Raises `ValueError` if `function` is not a name of this form: it is not escaped, and would run in the browser.
    """
    if not re.fullmatch(r"gs(\.[a-z][A-Za-z]*){2}", function):
        raise ValueError(f"not a function of ours: {function!r}")
    return f"{function}({', '.join(json.dumps(value) for value in values)})"


def server_paths(app: FastAPI) -> str:
    """The first path segments of all routes that are not pages, separated by spaces.

    `navigation.js` leaves links to them to the browser. Call before pages are added: these match every other path.
    """
    # A page may be at the path that takes a POST of programs, such as one-click unsubscribe.
    read = [route for route in app.routes if "GET" in (getattr(route, "methods", None) or {"GET"})]
    own = {str(getattr(route, "path", "")) for route in read}
    paths = own | getattr(app.state, "api_paths", frozenset())
    return " ".join(sorted({path.split("/")[1] for path in paths if path.strip("/")}))
