"""Serving over HTTP until told to stop."""

from types import FrameType

import uvicorn

from models.tagger import Tagger
from service import logs
from service.app import create_app
from service.settings import Settings
from service.worker import Worker


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then answer what was accepted. Raises ModelError if there is no model."""
    logs.configure()
    app = create_app(Tagger.load(settings.model.folder, settings.model.threads), settings)
    config = uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.http.drain_seconds,
    )
    _Server(config, app.state.worker).run()


class _Server(uvicorn.Server):
    """Marks the worker as draining the moment it is told to stop."""

    def __init__(self, config: uvicorn.Config, worker: Worker) -> None:
        super().__init__(config)
        self._worker = worker

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._worker.drain()
        super().handle_exit(sig, frame)
