"""``GET /livez``, ``/readyz`` and ``/version``."""

from importlib.metadata import version

from fastapi import APIRouter

from models.tagger import Tagger
from service.errors import NotReady
from service.observer import Watch
from service.schemas import ModelAnswer, StatusAnswer, VersionAnswer
from service.settings import HTTPSettings
from service.worker import Worker


class Health:
    """How this process is."""

    def __init__(self, worker: Worker, watch: Watch) -> None:
        self._worker = worker
        self._watch = watch

    @property
    def well(self) -> bool:
        """Whether the model's thread lives and does not hang; only a restart mends it if not."""
        return self._worker.alive and not self._watch.hung

    @property
    def warm(self) -> bool:
        """Whether the model has warmed up."""
        return self._worker.warm

    @property
    def ready(self) -> bool:
        """Whether work should be sent here."""
        return self._worker.ready and not self._watch.hung


def routes(health: Health, tagger: Tagger, settings: HTTPSettings) -> APIRouter:
    """The routes that tell how the service is."""
    router = APIRouter()

    @router.get("/livez", summary="Is it alive?")
    async def livez() -> StatusAnswer:
        """503 says that the model's thread has ended or hangs, which only a restart mends."""
        if not health.well:
            raise NotReady(settings.retry_after)
        return StatusAnswer(status="alive")

    @router.get("/readyz", summary="Should it be sent work?")
    async def readyz() -> StatusAnswer:
        """503 until the model has warmed up, and while the service is shutting down."""
        if not health.ready:
            raise NotReady(settings.retry_after)
        return StatusAnswer(status="ready")

    @router.get("/version", summary="What is running?")
    async def versions() -> VersionAnswer:
        return VersionAnswer(version=version("mubiao"), model=ModelAnswer(name=tagger.name, version=tagger.version))

    return router
