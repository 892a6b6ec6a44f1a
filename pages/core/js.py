"""Calls into the browser: the one place where values and JavaScript meet."""

import json
import re


def js_call(function: str, *values: str | float | bool | None) -> str:
    """A call of one of our own functions with plain values, safe with any content.

    Raises `ValueError` for what is not the name of one: it would run in the browser as it is.
    """
    if not re.fullmatch(r"gs[A-Za-z]+", function):
        raise ValueError(f"not a function of ours: {function!r}")
    return f"{function}({', '.join(json.dumps(value) for value in values)})"
