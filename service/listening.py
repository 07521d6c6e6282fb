"""The sockets that the service listens on."""

import errno
import socket

from service.errors import ListenError

BACKLOG = 4096
"""Connections that may wait to be accepted."""


def sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on the addresses of ``host`` that this machine has.

    What connects to them gets each answer at once. Raises ListenError if there are none, or one is taken.
    """
    opened: list[socket.socket] = []
    failed: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        found, failed = [], error
    for family, _, _, _, address in found:
        try:
            opened.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
            # Connections inherit it. Without it the end of an answer waits for the client's acknowledgment of its
            # beginning, which comes 40 ms late; asyncio sets it only where it made the socket.
            opened[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            failed = error
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                opened = []
                break
    if failed and not opened:
        raise ListenError(f"cannot listen on {host}, port {port}: {failed.strerror}") from None
    return opened
