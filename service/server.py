"""Serving over HTTP until told to stop, in one process or several."""

import asyncio
import os
import signal
import socket
import tempfile
from pathlib import Path
from types import FrameType

import uvicorn

from models.tagger import Tagger
from service import connections, cores, listening, logs, memory, metrics, traces
from service.access import exposure
from service.access.limits import Limits
from service.app import Shared, create_app
from service.errors import WorkerFailed
from service.processes import Heart, Supervisor
from service.settings import Settings
from service.worker import Worker

_ACCEPT_SECONDS = 0.1
"""After the listening sockets take no more, seconds until what waits there has been accepted."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then answer what was accepted.

    Raises ModelError if there is no model, SettingsError if strangers could use it without a key, KeysError if the keys
    cannot be read, ListenError if the address is taken, WorkerFailed if worker processes cannot start.
    """
    logs.configure()
    memory.keep_little()
    exposure.check(settings)
    traces.check(settings.traces)
    count = settings.process.workers
    threads = settings.model.threads or max(1, cores.usable() // count)
    tagger = Tagger.load(settings.model.folder, threads)
    most = connections.make_room(settings.connection)
    sockets = listening.sockets(settings.http.host, settings.http.port)
    limits = Limits(count)
    if count == 1:
        _Server(tagger, settings, Shared(limits), most).run(sockets)
        return

    with _shared_folder() as folder:
        os.environ[metrics.FOLDER_VARIABLE] = folder

        def work(number: int, heart: Heart) -> None:
            limits.join(number)
            metrics.share(number)
            shared = Shared(limits, number, heart, Path(folder))
            _Server(tagger, settings, shared, most).run(sockets)

        def close() -> None:
            for one in sockets:
                one.listen(0)  # no more may queue up; workers accept what has
                one.close()

        Supervisor(count, work, close, settings.http.drain_seconds).run()


class _Server(uvicorn.Server):
    """One process's. Marks its worker as draining the moment it is told to stop, and ends with 0."""

    def __init__(self, tagger: Tagger, settings: Settings, shared: Shared, most: int) -> None:
        app = create_app(tagger, settings, shared)
        config = uvicorn.Config(
            app,
            http=connections.protocol(settings.connection, most),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=listening.BACKLOG,
            timeout_graceful_shutdown=settings.http.drain_seconds,
        )
        super().__init__(config)
        self._worker: Worker = app.state.worker
        self._alone = shared.heart is None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What has connected is still served: what waits to be accepted, is, before the sockets are closed."""
        if self._alone:  # else the supervisor does, for all
            for one in sockets or ():
                one.listen(0)
        await asyncio.sleep(_ACCEPT_SECONDS)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Not uvicorn's, which raises the signal again at the end: to be told to stop is no failure."""
        self._worker.drain()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _shared_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for the metrics of all processes: in memory, as long as there is such a place."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    try:
        return tempfile.TemporaryDirectory(prefix="mubiao-metrics-", dir=place)
    except OSError as error:
        raise WorkerFailed(f"several processes need a temporary folder: {error.strerror}") from None
