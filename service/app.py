"""The HTTP service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI

from models.tagger import Tagger
from service import extract, health, openapi, problems
from service.request_log import RequestLog
from service.settings import Settings
from service.worker import Worker


def create_app(tagger: Tagger, settings: Settings) -> FastAPI:
    """The ASGI application that answers with ``tagger``; its worker is ``app.state.worker``."""
    worker = Worker(tagger, settings.queue, settings.http.retry_after)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        await asyncio.to_thread(worker.stop)

    app = FastAPI(
        title="mubiao",
        version=version("mubiao"),
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # the page would load its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.worker = worker
    app.include_router(extract.routes(worker, tagger, settings))
    app.include_router(health.routes(worker, tagger, settings.http))
    problems.handle_errors(app)
    app.add_middleware(RequestLog)
    app.openapi = partial(openapi.document, app, settings)  # type: ignore[method-assign]
    return app
