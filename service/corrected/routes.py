"""``POST /records``, ``POST /export`` and ``POST /training-data``."""

import asyncio
import uuid
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.tagger import Tagger
from service.body import read_json_request, validate
from service.corrected import correct, training_data
from service.corrected.correct import Corrected
from service.corrected.formats import WRITTEN
from service.corrected.schemas import CorrectedDocument, ExportRequest, SavedAnswer
from service.errors import NotAllowed, RequestError, TooLarge
from service.schemas import ExtractAnswer
from service.settings import Settings

NOT_ENABLED = "Keeping training data is not enabled: MUBIAO_CORRECTIONS_TRAINING_FOLDER names no folder."


def routes(tagger: Tagger, settings: Settings) -> APIRouter:
    """The routes; none of them runs the model."""
    router = APIRouter()
    limit, folder = settings.corrections.bytes, settings.corrections.training_folder

    def read(query: CorrectedDocument) -> Corrected:
        if len(query.text) > settings.http.text_limit:
            raise TooLarge("text", settings.http.text_limit, "code points")
        return correct.read(query, query.id or uuid.uuid4().hex)

    def read_at(index: int, document: dict[str, Any]) -> Corrected:
        try:
            return read(validate(document, CorrectedDocument))
        except RequestError as error:
            raise error.within(f"documents[{index}]") from None

    @router.post(
        "/records",
        response_model=ExtractAnswer,
        summary="Link corrected entities",
        description="Takes entities as a person corrected them and answers as POST /extract does: the records that they "
        "make, with the links that the person set and, where none was set, those that the rules find.",
    )
    async def records(request: Request) -> Response:
        query = await read_json_request(request, limit, CorrectedDocument)
        request.state.length = len(query.text)

        def work() -> bytes:
            return orjson.dumps(read(query).answer(tagger, query.offsets))

        return Response(await asyncio.to_thread(work), media_type="application/json")

    @router.post(
        "/export",
        summary="Write corrected documents as a file",
        description="The ledger as a workbook or CSV; the answers with their texts as JSON; tasks of Label Studio; "
        "gold JSON, a document a line.",
        response_class=Response,
    )
    async def export(request: Request) -> Response:
        query = await read_json_request(request, limit, ExportRequest)
        written = WRITTEN[query.format]

        def work() -> bytes:
            return written.write([read_at(*place) for place in enumerate(query.documents)], tagger)

        content = await asyncio.to_thread(work)
        disposition = f'attachment; filename="mubiao{written.suffix}"'
        return Response(content, media_type=written.media_type, headers={"Content-Disposition": disposition})

    @router.post(
        "/training-data",
        summary="Keep a corrected document to train on",
        description="Writes the document as gold JSON into the folder that MUBIAO_CORRECTIONS_TRAINING_FOLDER names; 403 "
        "where none is named.",
    )
    async def keep(request: Request) -> SavedAnswer:
        if folder is None:
            raise NotAllowed(NOT_ENABLED)
        query = await read_json_request(request, limit, CorrectedDocument)
        request.state.length = len(query.text)

        def work() -> tuple[str, bool]:
            return training_data.save(read(query).document(tagger), folder)

        name, known = await asyncio.to_thread(work)
        return SavedAnswer(name=name, state="replaced" if known else "new")

    return router
