"""Calls into the browser: the one place where values and JavaScript meet."""

import json
import re


def js_call(function: str, *values: str | float | bool | None) -> str:
    """A call of one of our own functions with plain values, safe whatever they contain."""
    assert re.fullmatch(r"gs[A-Za-z]+", function)  # noqa: S101 - a name from our own source
    return f"{function}({', '.join(json.dumps(value) for value in values)})"
