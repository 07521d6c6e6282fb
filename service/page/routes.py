"""``GET /`` and the files that the page loads, kept in memory."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import orjson
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.settings import Settings

FOLDER = Path(__file__).parent / "files"
_INDEX = "index.html"
_SETTINGS = "settings.json"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What keeps a document's text from ever becoming code."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent."""

    content: bytes
    media_type: str
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> "_File":
        return cls(content, _MEDIA_TYPES[Path(name).suffix], f'"{hashlib.sha256(content).hexdigest()[:20]}"')


def routes(settings: Settings) -> APIRouter:
    """The routes of the page. Only what lies in its folder is served: no path leads elsewhere."""
    router = APIRouter()
    files = {path.name: _File.of(path.name, path.read_bytes()) for path in sorted(FOLDER.iterdir()) if path.is_file()}
    files[_SETTINGS] = _File.of(_SETTINGS, orjson.dumps(_settings(settings)))

    async def send(request: Request) -> Response:
        file = files.get(request.path_params.get("name", _INDEX))
        if file is None:
            raise HTTPException(404)
        headers = SECURITY | {"ETag": file.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)

    router.add_route("/", send, methods=["GET"], include_in_schema=False)
    router.add_route("/page/{name}", send, methods=["GET"], include_in_schema=False)
    return router


def _settings(settings: Settings) -> dict[str, object]:
    """What the page must know of the settings."""
    return {
        "jobs": settings.jobs.enabled,
        "training_data": settings.corrections.training_folder is not None,
        "text_limit": settings.http.text_limit,
        "file_bytes": settings.file.bytes,
    }
