"""The message that a job is done, signed after Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import http.client
import time
from urllib.parse import urlsplit

from service.errors import FieldError, InvalidFields
from service.settings.jobs import JobSettings, secret_bytes


def check(address: str | None, settings: JobSettings) -> None:
    """Raise InvalidFields for an address that nothing is sent to."""
    if address is None:
        return
    if not settings.webhook_origins or not settings.webhook_secret:
        message = "must not be there: this service sends no webhooks"
    elif _origin(address) not in settings.webhook_origins:
        message = f"must be an address at {' or '.join(settings.webhook_origins)}"
    else:
        return
    raise InvalidFields((FieldError("webhook", message),))


def send(address: str, id: str, body: bytes, settings: JobSettings) -> bool:
    """Send ``body``; whether it was answered with 2xx. Redirections are not followed. Raises OSError, HTTPException.

    ``id`` is the message's, the same each time that it is sent.
    """
    parts = urlsplit(address)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=settings.webhook_seconds)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, _headers(id, body, settings))
        return 200 <= connection.getresponse().status < 300
    finally:
        connection.close()


def sign(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature."""
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _headers(id: str, body: bytes, settings: JobSettings) -> dict[str, str]:
    timestamp = int(time.time())
    key = secret_bytes(settings.webhook_secret) if settings.webhook_secret else b""
    return {
        "Content-Type": "application/json",
        "User-Agent": "mubiao",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(key, id, timestamp, body),
    }


def _origin(address: str) -> str | None:
    """The origin of an address; None for what is no plain one, so that all that reads it reads it alike."""
    plain = address.isascii() and address.isprintable() and not set(' \\"<>^`{|}') & set(address)
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    if not plain or not parts.hostname or "@" in parts.netloc or parts.fragment:
        return None
    return f"{parts.scheme}://{parts.netloc}"
