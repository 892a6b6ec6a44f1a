"""Calls into the browser: the one place where values and JavaScript meet."""

import json
import re


def js_call(function: str, *values: str | float | bool | None) -> str:
    """A call of a function in `assets/js`, such as `gs.navigation.go`, with its arguments encoded as JSON.

    Raises `ValueError` for anything but the name of one: it would run in the browser as it is.
    """
    if not re.fullmatch(r"gs(\.[a-z][A-Za-z]*){2}", function):
        raise ValueError(f"not a function of ours: {function!r}")
    return f"{function}({', '.join(json.dumps(value) for value in values)})"
