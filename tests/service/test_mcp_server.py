"""The tool for agents, called with the SDK's own client over both transports."""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from mcp import Client, StdioServerParameters

from service.app import create_app
from service.settings import MCPSettings, Settings

TEXT = "年底前，县民政局新建养老服务中心12个。"
MARKER = "机密ZQX7731标记"


@asynccontextmanager
async def over_http(tagger):
    app = create_app(tagger, Settings(mcp=MCPSettings(enabled=True)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not (server.started and app.state.worker.ready):
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def over_stdio(tagger):
    yield StdioServerParameters(command=sys.executable, args=["-m", "service.cli", "mcp"], env=dict(os.environ))


@pytest.mark.parametrize("way", [over_http, over_stdio])
def test_the_tool_answers_as_the_service_does(tagger, client, way):
    expected = client.extract(text=TEXT, id="x", date="2025-02-01", labels=["NUMBER", "DEADLINE"]).json()

    async def call():
        async with way(tagger) as place, Client(place) as agent:
            tools = (await agent.list_tools()).tools
            arguments = {"text": TEXT, "id": "x", "date": "2025-02-01", "labels": ["NUMBER", "DEADLINE"]}
            answer = await agent.call_tool("extract", arguments)
            wrong = await agent.call_tool("extract", {"text": "", "offset": MARKER})
            return tools, answer, wrong

    tools, answer, wrong = asyncio.run(call())
    assert [tool.name for tool in tools] == ["extract"]
    assert tools[0].input_schema["required"] == ["text"]
    assert not answer.is_error
    assert answer.structured_content == expected
    assert json.loads(answer.content[0].text) == expected
    assert wrong.is_error
    said = wrong.content[0].text
    assert "text must be" in said
    assert "offset is not known" in said
    assert MARKER not in said


def test_other_hosts_and_origins_are_refused(tagger):
    async def call():
        async with over_http(tagger) as url, httpx.AsyncClient() as http:
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
            accept = {"Accept": "application/json, text/event-stream"}
            by_host = await http.post(url, json=body, headers={**accept, "Host": "evil.example"})
            by_origin = await http.post(url, json=body, headers={**accept, "Origin": "http://evil.example"})
            return by_host.status_code, by_origin.status_code

    assert asyncio.run(call()) == (421, 403)


def test_the_port_that_goes_without_saying_may_be_left_out(tagger):
    async def call():
        async with over_http(tagger) as url, httpx.AsyncClient() as http:
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
            headers = {"Accept": "application/json, text/event-stream", "Host": "localhost"}
            return (await http.post(url, json=body, headers=headers)).status_code

    assert asyncio.run(call()) == 200


def test_there_is_no_stream_that_stays_open(tagger):
    async def call():
        async with (
            over_http(tagger) as url,
            httpx.AsyncClient() as http,
            http.stream("GET", url, headers={"Accept": "text/event-stream"}) as answer,
        ):
            return answer.status_code, answer.headers.get("Allow")

    assert asyncio.run(call()) == (405, "POST")


def test_there_is_none_unless_wanted(client):
    assert client.request("POST", "/mcp", json={}).status_code == 404
