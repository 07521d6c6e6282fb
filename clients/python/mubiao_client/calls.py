"""What each call sends, and how its answer is read: the same for both clients."""

import datetime
import gzip
import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx

from mubiao_client import errors
from mubiao_client.answers import Document, Extraction, FieldProblem, Job, JobPage, Labels, Version, read
from mubiao_client.errors import ClientError, NoAnswer, UnexpectedAnswer
from mubiao_client.retry import retry_after

T = TypeVar("T")
Date = datetime.date | str
TIMEOUT = httpx.Timeout(300.0, connect=10.0)
"""Seconds: an answer may take its time where much is waiting."""
NDJSON = "application/x-ndjson"
_PACKED_FROM = 4_096
"""Bytes of a body from which packing it pays."""
_BATCH_PACKED_TO = 4_000_000
"""Bytes of a batch beyond which it goes plain. Of a packed one the service bounds the whole, and refuses that; of a plain
one each line, so that a document that is too long is refused in its place."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a call says for all its documents; None is as the service does."""

    date: Date | None = None
    offsets: str | None = None
    labels: tuple[str, ...] | None = None
    min_confidence: float | None = None

    def fields(self) -> dict[str, Any]:
        """As members of a request."""
        labels = list(self.labels) if self.labels is not None else None
        given = {"offsets": self.offsets, "labels": labels, "min_confidence": self.min_confidence}
        return {name: value for name, value in {**given, "date": _day(self.date)}.items() if value is not None}

    def strings(self) -> dict[str, str]:
        """As fields of a form, or parameters of a query."""
        return {key: ",".join(value) if key == "labels" else str(value) for key, value in self.fields().items()}


def options_of(
    date: Date | None, offsets: str | None, labels: Sequence[str] | None, min_confidence: float | None
) -> Options:
    """Options, as the methods of the clients take them."""
    return Options(date, offsets, tuple(labels) if labels is not None else None, min_confidence)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request that may be sent several times, and how its answer is read."""

    method: str
    path: str
    parse: Callable[[httpx.Response], T]
    content: bytes | None = None
    files: Any = None
    data: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    done_before: int | None = None
    """The status that, of a call sent again, says that it was done the time before, whose answer was lost."""

    def arguments(self, headers: Mapping[str, str]) -> dict[str, Any]:
        """For httpx, with further ``headers``."""
        given: dict[str, Any] = {"params": dict(self.params), "headers": {**headers, **self.headers}}
        if self.files is not None:
            return given | {"files": self.files, "data": dict(self.data)}
        return given | {"content": self.content}

    def succeeded(self, response: httpx.Response, attempt: int) -> bool:
        """Whether it is done, after so many attempts."""
        return response.is_success or (attempt > 1 and response.status_code == self.done_before)


def address(url: str) -> str:
    """The service's address without a slash at its end. Raises ValueError if it is none."""
    try:
        if httpx.URL(url).scheme in ("http", "https"):
            return url.rstrip("/")
    except httpx.InvalidURL:
        pass
    raise ValueError("the url must be like http://127.0.0.1:8000")


def several(given: Iterable[T], kind: str) -> Iterable[T]:
    """What was given as several ``kind``; TypeError for a string, which would be several of one character each."""
    if isinstance(given, str):
        raise TypeError(f"{kind} must be a list or another iterable, not one string")
    return given


def authorization(key: str | None) -> dict[str, str]:
    """The header that sends an API key, if there is one. Raises ValueError for what no header can hold."""
    if not key:
        return {}
    return {"Authorization": f"Bearer {_visible('API', key)}"}


def extract(text: str, id: str | None, options: Options, packed: bool) -> Call[Extraction]:
    """``POST /extract``."""
    content, headers = _body(_dumps(document(Document(text, id), options)), "application/json", packed)
    return Call("POST", "/extract", _json_of(Extraction), content=content, headers=headers)


def extract_file(
    file: Path | str | bytes, name: str | None, id: str | None, text: bool, options: Options
) -> Call[Extraction]:
    """``POST /extract/file``."""
    data = options.strings() | ({"id": id} if id is not None else {}) | {"text": str(text).lower()}
    return Call("POST", "/extract/file", _json_of(Extraction), files=[("file", _file(file, name))], data=data)


def batch(lines: Iterable[Mapping[str, Any]], packed: bool) -> Call[None]:
    """``POST /extract/batch``; its answer is read line by line."""
    plain = b"\n".join(map(_dumps, lines))
    content, headers = _body(plain, NDJSON, packed and len(plain) <= _BATCH_PACKED_TO)
    return Call("POST", "/extract/batch", _nothing, content=content, headers=headers)


def labels() -> Call[Labels]:
    """``GET /labels``."""
    return Call("GET", "/labels", _json_of(Labels))


def version() -> Call[Version]:
    """``GET /version``."""
    return Call("GET", "/version", _json_of(Version))


def ready() -> Call[None]:
    """``GET /readyz``, not to be sent again."""
    return Call("GET", "/readyz", _nothing)


def submit(
    documents: Iterable[str | Document],
    files: Iterable[Path | str],
    webhook: str | None,
    text: bool,
    idempotency_key: str | None,
    options: Options,
    packed: bool,
) -> Call[Job]:
    """``POST /jobs``: documents or files."""
    texts, paths = list(several(documents, "documents")), list(several(files, "files"))
    if bool(texts) == bool(paths):
        raise ValueError("a job has documents or files")
    params = options.strings() | ({"webhook": webhook} if webhook else {})
    headers = {"Idempotency-Key": _visible("idempotency", idempotency_key or uuid.uuid4().hex)}
    if paths:
        params["text"] = str(text).lower()
        parts = [("file", _file(path, None)) for path in paths]
        return Call("POST", "/jobs", _json_of(Job), files=parts, params=params, headers=headers)
    content, more = _body(b"\n".join(_dumps(document(one, Options())) for one in texts), NDJSON, packed)
    return Call("POST", "/jobs", _json_of(Job), content=content, params=params, headers=headers | more)


def job(id: str) -> Call[Job]:
    """``GET /jobs/{id}``."""
    return Call("GET", f"/jobs/{id}", _json_of(Job))


def jobs(limit: int, after: str | None) -> Call[JobPage]:
    """``GET /jobs``."""
    return Call("GET", "/jobs", _json_of(JobPage), params={"limit": str(limit), **({"after": after} if after else {})})


def results(id: str, offset: int, follow: bool) -> Call[None]:
    """``GET /jobs/{id}/results``; its answer is read line by line."""
    params = {"offset": str(offset), "follow": str(follow).lower()}
    return Call("GET", f"/jobs/{id}/results", _nothing, params=params)


def cancel(id: str) -> Call[Job]:
    """``DELETE /jobs/{id}``."""
    return Call("DELETE", f"/jobs/{id}", _json_of(Job))


def erase(id: str) -> Call[None]:
    """``DELETE /jobs/{id}?erase=true``."""
    return Call("DELETE", f"/jobs/{id}", _nothing, params={"erase": "true"}, done_before=404)


def document(given: str | Document, options: Options) -> dict[str, Any]:
    """A document as a request; what it says itself goes before what is said for all."""
    one = Document(given) if isinstance(given, str) else given
    own = {"id": one.id, "date": _day(one.date)}
    return {"text": one.text, **options.fields(), **{name: value for name, value in own.items() if value is not None}}


def failure(outcome: httpx.Response | httpx.RequestError) -> ClientError:
    """What to raise after the last attempt; the body of a response must have been read."""
    if isinstance(outcome, Exception):
        return NoAnswer(f"the service gives no answer ({type(outcome).__name__})")
    return _problem(outcome)


def _problem(response: httpx.Response) -> ClientError:
    try:
        told = response.json()
        parts = tuple(FieldProblem(e["field"], e["message"]) for e in told.get("errors", ()))
        return errors.kind(response.status_code)(
            response.status_code,
            told["title"],
            told["detail"],
            parts,
            retry_after(response),
            response.headers.get("X-Request-ID"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return UnexpectedAnswer(f"{response.status_code}, and not in the service's form")


def _json_of(cls: type[T]) -> Callable[[httpx.Response], T]:
    def parse(response: httpx.Response) -> T:
        try:
            value = response.json()
        except ValueError:
            raise UnexpectedAnswer("this is no JSON") from None
        return read(cls, value)

    return parse


def _visible(kind: str, key: str) -> str:
    if not re.fullmatch("[!-~]+", key):  # a line feed, say, after a key out of a file
        raise ValueError(f"the {kind} key must be visible ASCII characters only")
    return key


def _nothing(response: httpx.Response) -> None:
    return None


def _body(content: bytes, content_type: str, packed: bool) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": content_type}
    if packed and len(content) >= _PACKED_FROM:
        return gzip.compress(content, 3), headers | {"Content-Encoding": "gzip"}
    return content, headers


def _file(file: Path | str | bytes, name: str | None) -> tuple[str, bytes]:
    if isinstance(file, bytes):
        return _sendable(name or "document"), file
    path = Path(file)
    return _sendable(name or path.name), path.read_bytes()


def _sendable(name: str) -> str:
    """A file's name, with U+FFFD for what is no Unicode: names out of old archives are often in GBK."""
    return name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _day(date: Date | None) -> str | None:
    return date.isoformat() if isinstance(date, datetime.date) else date


def _dumps(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # a lone surrogate, which the service will name
        return json.dumps(value).encode()
