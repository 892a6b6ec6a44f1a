"""Notifications to systemd (sd_notify): ready, stopping, and a watchdog that restarts a process whose loop is blocked.

Without NOTIFY_SOCKET, which systemd sets for units of Type=notify, nothing is sent.
"""

import asyncio
import logging
import os
import socket

log = logging.getLogger(__name__)
SEND_WITHIN = 1.0  # seconds


def notify(state: str) -> None:
    """Send a state such as READY=1 as one datagram."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]  # the abstract namespace
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(SEND_WITHIN)
        try:
            datagrams.sendto(state.encode(), address)
        except OSError as error:
            log.warning("systemd cannot be notified of %s: %s", state, error.strerror or error)


def start_watchdog() -> asyncio.Task[None] | None:
    """Send WATCHDOG=1 from the event loop, twice per WatchdogSec=; None when the unit sets no such limit.

    Keep the task: the loop refers to it weakly.
    """
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    process = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not microseconds.isdecimal() or not int(microseconds) or process != str(os.getpid()):
        return None
    return asyncio.create_task(_send_keepalives(int(microseconds) / 1e6 / 2))


async def _send_keepalives(pause: float) -> None:
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(pause)
