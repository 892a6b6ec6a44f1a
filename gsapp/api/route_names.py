"""The name of a route, for metrics and the access log: the template of its address, such as `/needs/{need_id}`.

Templates contain no id and no token, and there are few of them, however many addresses visitors try.
"""

from collections.abc import Callable

from starlette.types import Scope

from gsapp.monitoring.counters import UNKNOWN

PAGES = "/{rest}"  # NiceGUI's catch-all route, which serves all pages but the first
NICEGUI = "/_nicegui"  # its many templates contain its version
PagePattern = Callable[[str], str | None]


def route_name(scope: Scope, path: str, page_pattern: PagePattern | None) -> str:
    """The name of the route that the router has stored in `scope`; `UNKNOWN` if none matched.

    `path` is the address before routing, `page_pattern` finds the pattern of a page in the site map.
    """
    # Routes of an included router have a path without the prefix of that router.
    included = scope.get("fastapi", {}).get("effective_route_context")
    template: str | None = getattr(included or scope.get("route"), "path_format", None)
    if template == PAGES:
        return (page_pattern and page_pattern(path)) or UNKNOWN
    if template is not None:
        return NICEGUI if template.startswith(f"{NICEGUI}/") else template
    # A mounted application: root_path is the address that the program has given to it, not one that a visitor sent.
    mounted: str = scope.get("root_path", "")
    return f"/{mounted.split('/')[1]}" if mounted else UNKNOWN
