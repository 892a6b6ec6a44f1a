"""Monitoring of open pages: how many this process keeps in memory, and how many of them have a websocket."""

from nicegui import Client

from gsapp.monitoring import counters


def monitor() -> None:
    """Count the pages whenever the metrics are read."""
    counters.OPEN_PAGES.set_function(lambda: len(Client.instances))
    counters.SOCKETS.set_function(
        lambda: sum(client.has_socket_connection for client in list(Client.instances.values()))
    )
