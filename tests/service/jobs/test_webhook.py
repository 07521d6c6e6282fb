"""The message at the end: signed, sent where it may be, and sent again if it is not taken."""

import base64
import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest

from service.errors import InvalidFields
from service.jobs import runtime, webhook
from service.settings.jobs import JobSettings

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def receiver():
    """A server that refuses the first message and takes the next ones; ``received`` holds headers and bodies."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.received.append((self.path, dict(self.headers), body))
            status = 500 if len(self.server.received) == 1 else 204
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received = []
    server.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_sent_until_it_is_taken_and_signed(with_jobs, tagger, tmp_path, receiver, until, monkeypatch):
    monkeypatch.setattr(runtime, "_FIRST_WAIT", 0.1)
    with with_jobs(tagger, tmp_path, webhook_origins=(receiver.origin,), webhook_secret=SECRET) as jobs:
        id = jobs.send([{"text": "机密ZQX7731标记"}], f"?webhook={receiver.origin}/done?a=1")
        jobs.ended(id)
        until(lambda: jobs.job(id)["webhook"] == "delivered")
        refused = jobs.submit(b'{"text": "x"}', query="?webhook=http://127.0.0.1:1/")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "webhook")
    first, second = receiver.received
    assert first[0] == "/done?a=1"
    for _, headers, body in (first, second):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == expected
        assert headers["webhook-id"] == id
        told = orjson.loads(body)
        assert (told["type"], told["data"]["id"], told["data"]["done"]) == ("job.done", id, 1)
        assert "机密" not in body.decode()


def test_no_further_ones_are_sent_while_the_service_stops(with_jobs, tagger, tmp_path, until, monkeypatch):
    sent, whole, stopping = [], threading.Event(), threading.Event()
    interrupt = runtime.Runtime.interrupt

    def send(address, id, body, settings):  # the first time until all are due, then until the service stops
        sent.append(id)
        assert (whole if len(sent) == 1 else stopping).wait(60)
        return False

    monkeypatch.setattr(runtime, "_FIRST_WAIT", 0.0)
    monkeypatch.setattr(runtime.webhook, "send", send)
    monkeypatch.setattr(runtime.Runtime, "interrupt", lambda self: (interrupt(self), stopping.set()))
    with with_jobs(tagger, tmp_path, webhook_origins=("http://127.0.0.1:1",), webhook_secret=SECRET) as jobs:
        for id in [jobs.send([{"text": "x"}], "?webhook=http://127.0.0.1:1/") for _ in range(4)]:
            jobs.ended(id)
        whole.set()
        until(lambda: len(sent) > 1)
        before = len(sent)
    assert len(sent) == before


def test_the_signature_is_that_of_standard_webhooks():
    # The example of the specification's reference libraries.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = webhook.sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://ledger.example.evil.example/",
        "https://ledger.example@evil.example/",
        "https://evil.example/https://ledger.example/",
        "https://evil.example\\@ledger.example/",
        "https://ledger.example:8443/",
        "http://ledger.example/",
        "ftp://ledger.example/",
        "https://ledger.example /",
        "https://ledger.example:x/",
        "//ledger.example/",
        "",
    ],
)
def test_only_origins_that_are_allowed_are_sent_to(address):
    settings = JobSettings(webhook_origins=("https://ledger.example",), webhook_secret=SECRET)
    webhook.check("https://ledger.example/done", settings)
    with pytest.raises(InvalidFields) as caught:
        webhook.check(address, settings)
    assert caught.value.errors[0].message == "must be an address at https://ledger.example"


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook_secret": "whsec_c2hvcnQ="},
        {"webhook_secret": "not base64!"},
        {"webhook_origins": ["ledger.example"]},
        {"webhook_origins": ["https://ledger.example/path"]},
        {"database": "mysql://x"},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        JobSettings(**wrong)
