"""Input and read models: what crosses the edge of the application. No table object ever does.

A rule about a field stands here once: the page's form checks with it, REST parses with it. Field names are Python's;
the alias is the name in the JSON of `/api/v1`.
"""
