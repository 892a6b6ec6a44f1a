"""What passes from the server to the scripts in `assets/js`: calls of their functions, and the server's own paths."""

import json
import re

from fastapi import FastAPI


def js_call(function: str, *values: str | float | bool | None) -> str:
    """A call of a function in `assets/js`, such as `gs.navigation.go`, with its arguments encoded as JSON.

    Raises `ValueError` for anything but the name of one: it would run in the browser as it is.
    """
    if not re.fullmatch(r"gs(\.[a-z][A-Za-z]*){2}", function):
        raise ValueError(f"not a function of ours: {function!r}")
    return f"{function}({', '.join(json.dumps(value) for value in values)})"


def server_paths(app: FastAPI) -> str:
    """First segments of all routes that are no pages, for `navigation.js`: the browser itself follows links to them.

    Call before pages are added, since these answer every other path.
    """
    own = {str(getattr(route, "path", "")) for route in app.routes}
    paths = own | getattr(app.state, "api_paths", frozenset())
    return " ".join(sorted({path.split("/")[1] for path in paths if path.strip("/")}))
