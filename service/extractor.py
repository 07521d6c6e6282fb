"""From a text to the JSON of its answer, on the worker: what every way of asking has in common."""

import uuid
from typing import Any

import orjson

from models.tagger import Annotation, Tagger
from service import answers
from service.progress import Progress
from service.schemas import Options
from service.timings import Stage, Timings
from service.worker import Worker


class Extractor:
    """Answers on ``worker``, which annotates with ``tagger``."""

    def __init__(self, worker: Worker, tagger: Tagger) -> None:
        self._worker = worker
        self._tagger = tagger

    async def answer(
        self,
        text: str,
        options: Options,
        timings: Timings | None = None,
        progress: Progress | None = None,
        of_job: bool = False,
        **more: Any,
    ) -> bytes:
        """The answer about a text, with ``more`` members, as JSON; ``of_job`` lets requests go first.

        Raises what Worker.annotate raises.
        """
        timings = timings or Timings()
        id = options.id or uuid.uuid4().hex

        def finish(annotation: Annotation) -> bytes:
            with timings.measure(Stage.RECORDS):
                answer = answers.build(annotation, self._tagger, id, options.date, options.offsets, options.selection)
            with timings.measure(Stage.JSON):
                return orjson.dumps(answer | more)

        return await self._worker.annotate(text, finish, timings, progress, of_job)
