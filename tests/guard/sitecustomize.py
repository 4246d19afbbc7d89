"""Python without a network, for runs of the workflow: every Python of a run loads this first.

An attempt to reach an address, or to look up a name, is noted in the file NETWORK_LOG and
fails. That the guard is there is noted, too, so that a test can tell.
"""

import os
import socket
from pathlib import Path


def _note(text: str) -> None:
    with Path(os.environ["NETWORK_LOG"]).open("a", encoding="utf-8") as log:
        log.write(f"{text}\n")


def _refuse(name: str, original):
    def refused(*arguments, **options):
        first = arguments[0]
        # Sockets of this machine alone are no network.
        if isinstance(first, socket.socket) and first.family == socket.AF_UNIX:
            return original(*arguments, **options)
        _note(f"attempt: {name} {arguments[1:] if isinstance(first, socket.socket) else arguments}")
        raise OSError(f"the network is blocked: {name}")

    return refused


if "NETWORK_LOG" in os.environ:
    _note("guarded")
    for _name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, _name, _refuse(_name, getattr(socket.socket, _name)))
    for _name in ("getaddrinfo", "gethostbyname", "create_connection"):
        setattr(socket, _name, _refuse(_name, getattr(socket, _name)))
