"""The tool ``extract`` for agents, over the Model Context Protocol: at ``/mcp`` of the service, or on standard streams.

Arguments are checked as the bodies of ``POST /extract`` are, with the same messages.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

import orjson
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from models.tagger import Tagger
from service import logs
from service.body import extract_request
from service.errors import FieldError, InvalidFields, RequestError
from service.extractor import Extractor
from service.schemas import ExtractAnswer, ExtractRequest
from service.settings import Settings
from service.settings.mcp import MCPSettings
from service.worker import Worker

NAME = "extract"
PATH = "/mcp"
_DESCRIPTION = (
    "Finds in a Chinese administrative text (work plans, target-responsibility letters, breakdown tables, progress reports) "
    "each TARGET with its METRIC, NUMBER (value: target if planned, actual if reported), UNIT, DEADLINE and DEPARTMENT, with "
    "exact offsets, and links them into records with normalised quantities and dates. Table cells are separated by |. "
    "It quotes nothing that the text does not say."
)
_LOOPBACK = tuple(name + port for name in ("127.0.0.1", "localhost", "[::1]") for port in ("", ":*"))
"""With any port, and with none, as Host names port 80."""
_WARMING = 0.05


def server(extractor: Extractor, text_limit: int) -> Server[Any]:
    """The MCP server, whose texts have at most ``text_limit`` code points."""
    tool = Tool(
        name=NAME,
        title="目标提取",
        description=_DESCRIPTION,
        input_schema=ExtractRequest.model_json_schema(),
        output_schema=ExtractAnswer.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )

    async def list_tools(context: Any, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[tool])

    async def call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        try:
            if params.name != NAME:
                raise InvalidFields((FieldError("name", f"must be {NAME}"),))
            request = extract_request(params.arguments or {}, text_limit)
            answer = await extractor.answer(request.text, request)
        except RequestError as error:
            fields = "".join(f" {e.field} {e.message}." for e in error.errors)
            return CallToolResult(content=[TextContent(text=error.detail + fields)], is_error=True)
        return CallToolResult(content=[TextContent(text=answer.decode())], structured_content=orjson.loads(answer))

    return Server("mubiao", version=version("mubiao"), on_list_tools=list_tools, on_call_tool=call_tool)


class Endpoint:
    """The server over streamable HTTP, without sessions: each request stands alone, whichever process it reaches."""

    def __init__(self, extractor: Extractor, settings: Settings) -> None:
        self._manager = StreamableHTTPSessionManager(
            server(extractor, settings.http.text_limit),
            json_response=True,
            stateless=True,
            max_request_body_size=settings.http.body_limit,
            security_settings=_security(settings.mcp),
        )
        # Not GET, which would be a stream that nothing is ever sent on and that a shutdown would wait for.
        self.route = Route(PATH, endpoint=self, methods=["POST"])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer inside of this."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._manager.asgi_app(scope, receive, send)


def serve_stdio(settings: Settings) -> None:
    """Answer on standard input and output until the input ends; logs go to standard error.

    Raises ModelError if there is no model.
    """
    logs.configure(sys.stderr)
    tagger = Tagger.load(settings.model.folder, settings.model.threads)
    worker = Worker(tagger, settings.queue, settings.http.retry_after)
    mcp = server(Extractor(worker, tagger), settings.http.text_limit)

    async def run() -> None:
        while worker.alive and not worker.ready:
            await asyncio.sleep(_WARMING)
        async with stdio_server() as (read, write):
            await mcp.run(read, write, mcp.create_initialization_options())

    worker.start()
    try:
        asyncio.run(run())
    finally:
        worker.stop()


def _security(settings: MCPSettings) -> TransportSecuritySettings:
    """Requests for other hosts are refused: a page in a browser could send them by DNS rebinding."""
    hosts = [*_LOOPBACK, *settings.hosts]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
