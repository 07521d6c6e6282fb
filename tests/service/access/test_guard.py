"""Keys and limits over HTTP."""

import httpx
import pytest

from service.access import keys
from service.access.exposure import check
from service.errors import KeysError, SettingsError
from service.settings import AccessSettings, HTTPSettings, Settings

BODY = {"text": "年底前新建3个"}


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def extract(client, **headers):
    return client.request("POST", "/extract", json=BODY, headers=headers)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture(scope="module")
def given(file):
    made = {name: keys.create(name, rate, most) for name, rate, most in [("free", None, None), ("slow", 12, None)]}
    keys.write(file, [kept for _, kept in made.values()])
    return {name: shown for name, (shown, _) in made.items()}


@pytest.fixture(scope="module")
def client(serving, tagger, file, given):
    with serving(tagger, Settings(access=AccessSettings(keys=file, origins="https://oa.example.cn"))) as client:
        yield client


def test_with_a_key(client, given):
    assert extract(client, **bearer(given["free"])).status_code == 200
    assert extract(client, Authorization=f"bearer {given['free']}").status_code == 200


def test_with_a_key_in_its_own_header(client, given):
    assert extract(client, **{"X-API-Key": given["free"]}).status_code == 200
    assert extract(client, **{"x-api-key": given["free"], "Authorization": "Basic cHJveHk6cHJveHk="}).status_code == 200
    # A wrong one is not made good by another.
    assert extract(client, **{"X-API-Key": "wrong"}, **bearer(given["free"])).status_code == 401


def test_with_a_key_as_password(client, given):
    """All that Label Studio can send."""
    assert client.request("GET", "/label-studio/health").status_code == 401
    headers = {"Authorization": httpx.BasicAuth("mubiao", given["free"])._auth_header}
    assert client.request("GET", "/label-studio/health", headers=headers).json()["status"] == "UP"
    wrong = {"Authorization": httpx.BasicAuth(given["free"], "wrong")._auth_header}
    assert client.request("GET", "/label-studio/health", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        ({}, 'Bearer realm="mubiao"'),
        (bearer("机密".encode().hex()), 'Bearer realm="mubiao", error="invalid_token"'),
        ({"X-API-Key": "机密".encode().hex()}, 'Bearer realm="mubiao", error="invalid_token"'),
        ({"X-API-Key": ""}, 'Bearer realm="mubiao", error="invalid_token"'),
        ({"Authorization": "Basic bXViaWFv"}, 'Bearer realm="mubiao", error="invalid_token"'),
    ],
)
def test_without_a_valid_key(client, headers, challenge):
    response = extract(client, **headers)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, challenge)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["field"] == "Authorization"


def test_unknown_paths_tell_nothing_without_a_key(client, given):
    assert client.get("/nowhere").status_code == 401
    assert client.request("GET", "/nowhere", headers=bearer(given["free"])).status_code == 404


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/version", "/openapi.json"])
def test_what_the_service_is_needs_no_key(client, path):
    assert client.get(path).status_code == 200


def test_metrics_need_a_key_unless_told_otherwise(client, serving, tagger, file, given):
    assert client.get("/metrics").status_code == 401
    assert client.request("GET", "/metrics", headers=bearer(given["free"])).status_code == 200
    with serving(tagger, Settings(access=AccessSettings(keys=file, metrics_open=True))) as open_client:
        assert open_client.get("/metrics").status_code == 200
        assert extract(open_client).status_code == 401


def test_a_key_s_rate(client, given):
    answers = [extract(client, **bearer(given["slow"])) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 5
    assert extract(client, **bearer(given["free"])).status_code == 200


def test_concurrency_without_keys(serving, held, until):
    with serving(held, Settings(access=AccessSettings(concurrency=1))) as client:
        held.gate.clear()
        first = client.portal.start_task_soon(lambda: client.http.post("/extract", json=BODY))
        until(lambda: len(held.begun) > 1)
        refused = client.extract(**BODY)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert client.get("/livez").status_code == 200
        held.gate.set()
        assert first.result(30).status_code == 200
        assert client.extract(**BODY).status_code == 200


def preflight(client, origin):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    return client.request("OPTIONS", "/extract", headers=headers)


def test_pages_of_the_origins_that_are_allowed_may_call(client, given):
    assert preflight(client, "https://oa.example.cn").headers["Access-Control-Allow-Origin"] == "https://oa.example.cn"
    answer = extract(client, Origin="https://oa.example.cn", **bearer(given["free"]))
    assert answer.headers["Access-Control-Allow-Origin"] == "https://oa.example.cn"
    assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in preflight(client, "https://elsewhere.example").headers


def test_by_default_no_page_elsewhere_may_call(serving, tagger):
    with serving(tagger) as client:
        answer: httpx.Response = extract(client, Origin="https://oa.example.cn")
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_loopback_needs_no_keys(host):
    check(Settings(http=HTTPSettings(host=host)))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "no.such.host.invalid"])
def test_other_addresses_need_keys_or_the_word_of_the_operator(host, file, given, tmp_path):
    http = HTTPSettings(host=host)
    with pytest.raises(SettingsError, match="MUBIAO_ACCESS_KEYS"):
        check(Settings(http=http))
    check(Settings(http=http, access=AccessSettings(open=True)))
    check(Settings(http=http, access=AccessSettings(keys=file)))
    with pytest.raises(KeysError):
        check(Settings(http=http, access=AccessSettings(keys=tmp_path / "none.json")))


@pytest.mark.parametrize("origins", ["*", "oa.example.cn", "https://oa.example.cn/path"])
def test_origins_are_origins(origins):
    with pytest.raises(ValueError, match="origins"):
        AccessSettings(origins=origins)
