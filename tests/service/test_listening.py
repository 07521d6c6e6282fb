"""The sockets that the service listens on."""

import socket

from service import listening


def test_an_answer_does_not_wait_for_the_acknowledgment_of_its_beginning():
    (one,) = listening.sockets("127.0.0.1", 0)
    with one, socket.create_connection(one.getsockname()):
        accepted, _ = one.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
