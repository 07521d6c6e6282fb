"""The HTTP service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from models.tagger import Tagger
from service import batch, described, extract, health, labelstudio, metrics, openapi, problems, traces
from service.access.guard import KEY_HEADER, Guard
from service.access.keys import KeyRing
from service.access.limits import Limits
from service.body_deadline import BodyDeadline
from service.compression import PackedAnswers
from service.corrected import routes as corrected
from service.errors import SettingsError, WorkerFailed
from service.extractor import Extractor
from service.health import Health
from service.jobs import routes as job_routes
from service.jobs.manager import Jobs
from service.metrics import Metrics
from service.observer import Observers, Watch
from service.page import routes as page
from service.processes import Heart
from service.request_log import REQUEST_ID_HEADER, RequestLog
from service.security_headers import SecurityHeaders
from service.settings import AccessSettings, Settings
from service.worker import Worker

if TYPE_CHECKING:
    from service.mcp_server import Endpoint

_WARMING = 0.01
_PULSE = 1.0


@dataclass(frozen=True, slots=True)
class Shared:
    """What the processes of a service share, and which of them this is."""

    limits: Limits = field(default_factory=Limits)
    number: int = 0
    heart: Heart | None = None
    """Where it says that it is well; None if it is the only one."""
    figures: Path | None = None
    """Folder of the metrics of all; likewise."""


def create_app(tagger: Tagger, settings: Settings, shared: Shared | None = None) -> FastAPI:
    """The ASGI application that answers with ``tagger``; ``app.state`` has its ``worker`` and ``health``."""
    shared = shared or Shared()
    figures = Metrics(tagger.name, tagger.version, shared.figures)
    watch = Watch(settings.process.hang_seconds)
    worker = Worker(tagger, settings.queue, settings.http.retry_after, Observers([figures, watch]))
    state = Health(worker, watch)
    extractor = Extractor(worker, tagger)
    agents = _agents(extractor, settings) if settings.mcp.enabled else None
    jobs = Jobs(worker, extractor, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Whatever fails from here on, what has started is stopped, last to first.
        async with AsyncExitStack() as started:
            started.callback(traces.flush)
            started.callback(asyncio.create_task(_pulse(state, figures, shared.heart)).cancel)
            worker.start()
            started.push_async_callback(asyncio.to_thread, worker.stop)
            if shared.heart:  # the others answer until this one is ready
                await _warm(worker)
            if settings.jobs.enabled:
                started.push_async_callback(jobs.stop)
                jobs.start()
            if agents:
                await started.enter_async_context(agents.running())
            yield

    app = FastAPI(
        title="mubiao",
        version=version("mubiao"),
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,  # service.described has it
        docs_url=None,  # the page would load its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.worker = worker
    app.state.health = state
    app.include_router(extract.routes(extractor, settings))
    app.include_router(batch.routes(extractor, settings))
    app.include_router(described.routes(app))
    app.include_router(labelstudio.routes(worker, state, tagger, settings))
    if agents:
        app.router.routes.append(agents.route)
    app.include_router(health.routes(state, tagger, settings.http))
    app.include_router(metrics.routes(figures))
    app.include_router(corrected.routes(tagger, settings))
    app.include_router(page.routes(settings))
    if settings.jobs.enabled:
        app.include_router(job_routes.routes(jobs, settings.jobs))
    problems.handle_errors(app)
    _surround(app, settings, shared.limits, figures)
    app.openapi = partial(openapi.document, app, settings)  # type: ignore[method-assign]
    return app


def _agents(extractor: Extractor, settings: Settings) -> "Endpoint":
    try:
        from service.mcp_server import Endpoint  # only who wants it needs its library
    except ImportError:
        raise SettingsError("MUBIAO_MCP_ENABLED: needs mubiao[mcp], which is not installed") from None
    return Endpoint(extractor, settings)


async def _warm(worker: Worker) -> None:
    """Wait until the model has warmed up; WorkerFailed if it cannot."""
    while not worker.warm:
        if not worker.alive:
            raise WorkerFailed("the model failed to warm up")
        await asyncio.sleep(_WARMING)


async def _pulse(state: Health, figures: Metrics, heart: Heart | None) -> None:
    """Tell every second, for as long as the event loop runs, how it is; of a heart, not before it has warmed up."""
    while True:
        figures.ready.set(state.ready)
        if heart and state.warm and state.well:
            heart.beat()
        await asyncio.sleep(_PULSE)


def _surround(app: FastAPI, settings: Settings, limits: Limits, figures: Metrics) -> None:
    """The middleware, innermost first."""
    access = settings.access
    app.add_middleware(PackedAnswers)
    app.add_middleware(BodyDeadline, settings=settings.connection)
    app.add_middleware(Guard, keys=KeyRing(access.keys) if access.keys else None, limits=limits, settings=access)
    if access.origins:
        _allow_origins(app, access)
    app.add_middleware(SecurityHeaders)
    if settings.traces.endpoint:
        app.add_middleware(traces.Traces, settings=settings.traces)
    app.add_middleware(RequestLog, metrics=figures)


def _allow_origins(app: FastAPI, access: AccessSettings) -> None:
    app.add_middleware(
        CORSMiddleware,
        allow_origins=access.origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-None-Match",
            KEY_HEADER,
            REQUEST_ID_HEADER,
        ],
        expose_headers=["ETag", "Location", "Retry-After", "Server-Timing", REQUEST_ID_HEADER],
    )
