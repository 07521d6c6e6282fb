"""The HTTP service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from models.tagger import Tagger
from service import batch, described, extract, health, openapi, problems
from service.compression import PackedAnswers
from service.errors import SettingsError
from service.extractor import Extractor
from service.request_log import RequestLog
from service.settings import Settings
from service.worker import Worker

if TYPE_CHECKING:
    from service.mcp_server import Endpoint


def create_app(tagger: Tagger, settings: Settings) -> FastAPI:
    """The ASGI application that answers with ``tagger``; its worker is ``app.state.worker``."""
    worker = Worker(tagger, settings.queue, settings.http.retry_after)
    extractor = Extractor(worker, tagger)
    agents = _agents(extractor, settings) if settings.mcp.enabled else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        async with agents.running() if agents else nullcontext():
            yield
        await asyncio.to_thread(worker.stop)

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
    app.include_router(extract.routes(extractor, settings))
    app.include_router(batch.routes(extractor, settings))
    app.include_router(described.routes(app))
    if agents:
        app.router.routes.append(agents.route)
    app.include_router(health.routes(worker, tagger, settings.http))
    problems.handle_errors(app)
    app.add_middleware(PackedAnswers)
    app.add_middleware(RequestLog)
    app.openapi = partial(openapi.document, app, settings)  # type: ignore[method-assign]
    return app


def _agents(extractor: Extractor, settings: Settings) -> "Endpoint":
    try:
        from service.mcp_server import Endpoint  # only who wants it needs its library
    except ImportError:
        raise SettingsError("MUBIAO_MCP_ENABLED: needs mubiao[mcp], which is not installed") from None
    return Endpoint(extractor, settings)
