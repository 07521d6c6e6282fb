"""What every answer tells browsers."""

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.testclient import TestClient

from service.security_headers import HEADERS, SecurityHeaders


@pytest.mark.parametrize(("method", "path"), [("GET", "/livez"), ("POST", "/extract"), ("GET", "/nowhere")])
def test_every_answer_has_them(client, method, path):
    headers = client.request(method, path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_a_route_may_set_its_own():
    app = FastAPI()
    app.add_middleware(SecurityHeaders)

    @app.get("/")
    def page() -> Response:
        return Response(headers={"content-security-policy": "default-src 'self'"})

    headers = TestClient(app).get("/").headers
    assert headers.get_list("Content-Security-Policy") == ["default-src 'self'"]
    assert headers["X-Frame-Options"] == "DENY"
