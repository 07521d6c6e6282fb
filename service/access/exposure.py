"""Which addresses need keys: all that are not this machine's own."""

import ipaddress
import socket

from service.access import keys
from service.errors import SettingsError
from service.settings import Settings


def check(settings: Settings) -> None:
    """SettingsError if strangers could reach the service without a key, and nobody said that they may.

    KeysError if there is to be a file of keys and it cannot be read.
    """
    access = settings.access
    if access.keys:
        keys.read(access.keys)
        return
    if access.open or _is_loopback(settings.http.host):
        return
    raise SettingsError(
        f"{settings.http.host} can be reached from other machines, and there are no API keys: make one with "
        "`mubiao keys add` and set MUBIAO_ACCESS_KEYS to the file, or listen on 127.0.0.1, or set MUBIAO_ACCESS_OPEN=true "
        "if something in front of the service decides who may use it"
    )


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)
