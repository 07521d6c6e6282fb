"""Nothing of what clients send is in logs, metrics, traces or errors: a marker in every field of every route."""

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from proofs.service import serving

HAN = "机密标记"
MARKER = HAN + "ZQX7731"
PLAIN = "ZQX7731"
"""For where only ASCII may stand."""


@pytest.fixture
def collector():
    """An OTLP collector that keeps what it is sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", received
    server.shutdown()
    server.server_close()


def marked(example):
    """The example as it is with a marker in one place, for each place; and a few that are no such object."""
    yield MARKER
    yield [MARKER]
    if isinstance(example, dict):
        yield {**example, MARKER: MARKER}
        for name, value in example.items():
            for replacement in (
                MARKER,
                [MARKER],
                {MARKER: MARKER},
                (value or "") + MARKER if isinstance(value, str) else 1,
            ):
                changed = copy.deepcopy(example)
                changed[name] = replacement
                yield changed


def requests(openapi):
    """For each route and method: paths, and bodies of each kind that it takes, with markers in them."""
    for path, item in openapi["paths"].items():
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace(f"{{{name}}}", MARKER)
        for method, operation in item.items():
            if method.upper() not in ("GET", "POST", "PUT", "DELETE", "PATCH"):
                continue
            common = {"method": method.upper(), "url": path, "params": {"q": MARKER, MARKER: MARKER}}
            yield common
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                for example in [e["value"] for e in content.get("examples", {}).values()] or [
                    content.get("example", {})
                ]:
                    for body in marked(example):
                        if media_type == "multipart/form-data":
                            if isinstance(body, dict):
                                yield {**common, **form(body)}
                        else:
                            content_bytes = json.dumps(body, ensure_ascii=False).encode()
                            yield {**common, "content": content_bytes, "headers": {"Content-Type": media_type}}
                yield {**common, "content": MARKER.encode(), "headers": {"Content-Type": media_type}}
                yield {**common, "content": MARKER.encode("gb18030"), "headers": {"Content-Type": f"text/{PLAIN}"}}


def form(fields):
    parts = {name: (None, value if isinstance(value, str) else json.dumps(value)) for name, value in fields.items()}
    if "file" in parts:
        parts["file"] = (
            f"{PLAIN}.docx",
            parts["file"][1].encode() if isinstance(fields["file"], str) else b"PK" + MARKER.encode(),
        )
    return {"files": parts}


def headers():
    for name in (
        "User-Agent",
        "X-Request-ID",
        "Authorization",
        "Accept",
        "Content-Encoding",
        "Idempotency-Key",
        "traceparent",
    ):
        yield {name: f"{PLAIN} {PLAIN}"}


def assert_absent(where, content):
    found = [word for word in (HAN, HAN.encode("unicode_escape").decode(), PLAIN.lower()) if word in content.lower()]
    assert not found, f"{where} has {found}"


def test_a_marker_in_every_field_of_every_route_is_nowhere_in_what_is_written(collector):
    endpoint, received = collector
    settings = {"MUBIAO_TEXT_LIMIT": "3000", "MUBIAO_TRACES_ENDPOINT": endpoint}
    sent, statuses = 0, set()
    with serving(**settings) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        openapi = client.get("/openapi.json").json()
        everything = list(requests(openapi))
        everything += [{**request, "headers": h} for request in everything[:2] for h in headers()]
        everything += [{"method": "GET", "url": f"/{MARKER}"}, {"method": PLAIN, "url": "/extract"}]
        for request in everything:
            answer = client.request(**request)
            sent += 1
            statuses.add(answer.status_code)
            if answer.status_code >= 400:
                assert_absent(f"the answer to {request['method']} {request['url'][:12]}", answer.text)
        assert_absent("metrics", client.get("/metrics").text)
        assert server.stop() == 0
        written = server.written()
    assert sent > 40
    assert statuses >= {200, 400, 404, 405, 415, 422}
    assert not [status for status in statuses if status >= 500]
    assert_absent("the log", written)
    assert written.count('"event":"request"') >= sent
    spans = b"".join(received)
    assert b"POST /extract" in spans
    assert b"http.route" in spans
    assert_absent("traces", spans.decode(errors="replace"))
    assert HAN.encode() not in spans
