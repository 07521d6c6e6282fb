"""``GET /metrics``: what Prometheus reads. Labels are routes, methods, statuses and stages, never what a client chose.

Tokens are code points: the model reads one token for each.
"""

import re
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MultiProcessValue
from starlette.responses import Response

from service import methods
from service.observer import Observer

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300)
_TOKENS = (10, 30, 100, 200, 300, 350, 380)
_NO_ROUTE = "none"
_STAGE = re.compile(r"([a-z]{1,20});dur=([0-9.]+)")
"""One metric of a Server-Timing header, in milliseconds."""
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

disable_created_metrics()  # type: ignore[no-untyped-call]  # twice the series, for what `increase` does not need


def share(number: int) -> None:
    """Keep this process's figures in the folder of ``PROMETHEUS_MULTIPROC_DIR``, as those of worker ``number``.

    A worker that replaces another goes on in its files, so that counters never fall back. Call it before the metrics
    are made.
    """
    values.ValueClass = MultiProcessValue(process_identifier=lambda: number)  # type: ignore[no-untyped-call]


class Metrics(Observer):
    """The figures of one process; ``folder`` is where those of several are, if there are several."""

    def __init__(self, model_name: str, model_version: str, folder: Path | None = None) -> None:
        self.registry = CollectorRegistry()
        self._folder = folder
        self.requests = Counter(
            "mubiao_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "mubiao_request_seconds",
            "Seconds from head to answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            "mubiao_stage_seconds",
            "Seconds of a request by stage, as its Server-Timing says.",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_progress = self._gauge("mubiao_requests_in_progress", "Requests that are being answered.")
        self.queue_tokens = self._gauge(
            "mubiao_queue_tokens", "Tokens of requests that wait for the model or are in work."
        )
        self.queue_documents = self._gauge(
            "mubiao_queue_documents", "Documents of requests that wait for the model or are in work."
        )
        self.window_tokens = Histogram(
            "mubiao_window_tokens", "Tokens of a window.", buckets=_TOKENS, registry=self.registry
        )
        self.window_seconds = Histogram(
            "mubiao_window_seconds", "Seconds of a window in the model.", buckets=_SECONDS, registry=self.registry
        )
        self.documents = Counter("mubiao_documents", "Documents given to the model.", registry=self.registry)
        self.tokens = Counter("mubiao_tokens", "Tokens given to the model.", registry=self.registry)
        self.ready = self._gauge("mubiao_ready_workers", "Worker processes that take work.")
        info = Gauge(
            "mubiao_info",
            "1; its labels tell what runs.",
            ["version", "model", "model_version"],
            registry=self.registry,
            multiprocess_mode="max",
        )
        info.labels(version("mubiao"), model_name, model_version).set(1)
        if folder is None:
            ProcessCollector(registry=self.registry)
        else:  # a worker before this one may have left its own
            for gauge in (self.in_progress, self.queue_tokens, self.queue_documents, self.ready):
                gauge.set(0)

    def _gauge(self, name: str, description: str) -> Gauge:
        return Gauge(name, description, registry=self.registry, multiprocess_mode="sum")

    def waiting(self, documents: int, tokens: int) -> None:
        self.queue_documents.set(documents)
        self.queue_tokens.set(tokens)

    def work_ended(self, tokens: int | None, seconds: float) -> None:
        if tokens is None:
            self.documents.inc()
        else:
            self.window_tokens.observe(tokens)
            self.window_seconds.observe(seconds)
            self.tokens.inc(tokens)

    def answered(self, method: str, route: str | None, status: int, seconds: float, server_timing: str = "") -> None:
        """A request was answered; ``route`` is the path's template, None if no route matched."""
        self.requests.labels(methods.shown(method), route or _NO_ROUTE, status).inc()
        self.request_seconds.labels(route or _NO_ROUTE).observe(seconds)
        for stage, milliseconds in _STAGE.findall(server_timing):
            self.stage_seconds.labels(stage).observe(float(milliseconds) / 1000)

    def text(self) -> bytes:
        """All figures, of all processes, in Prometheus's text format."""
        if self._folder is None:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(together)


def routes(metrics: Metrics) -> APIRouter:
    """The route that Prometheus reads."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    def read() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
