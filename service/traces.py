"""OpenTelemetry traces, if there is somewhere to send them: a span a request, named after its route.

Written here and not taken from OpenTelemetry's instrumentation of ASGI, which puts the path and the query of a request,
that is what the client chose, into its spans. Needs the extra ``traces``.
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import methods
from service.errors import SettingsError
from service.settings import TraceSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_started: "list[TracerProvider]" = []


def check(settings: TraceSettings) -> None:
    """SettingsError if there are to be traces and the extra is not installed."""
    if settings.endpoint and not (find_spec("opentelemetry") and find_spec("opentelemetry.exporter")):
        raise SettingsError("MUBIAO_TRACES_ENDPOINT: needs pip install 'mubiao[traces]'")


class Traces:
    """ASGI middleware: a span of each request, under that of the caller if there is a ``traceparent``."""

    def __init__(self, app: ASGIApp, settings: TraceSettings) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.propagators.textmap import DefaultGetter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
        from opentelemetry.trace import SpanKind, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._app = app
        resource = Resource.create({"service.name": "mubiao", "service.version": version("mubiao")})
        provider = TracerProvider(resource=resource, sampler=ParentBasedTraceIdRatio(settings.share))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.endpoint)))
        _started.append(provider)
        self._tracer = provider.get_tracer("mubiao")
        self._propagator, self._getter = TraceContextTextMapPropagator(), DefaultGetter()
        self._server, self._error = SpanKind.SERVER, StatusCode.ERROR

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = self._propagator.extract(dict(Headers(scope=scope)), getter=self._getter)
        method = methods.shown(scope["method"])
        with self._tracer.start_as_current_span(
            method, parent, self._server, record_exception=False, set_status_on_exception=False
        ) as span:

            async def send_and_tell(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status = message["status"]
                    span.set_attribute("http.response.status_code", status)
                    if status >= 500:
                        span.set_status(self._error)
                await send(message)

            try:
                await self._app(scope, receive, send_and_tell)
            finally:
                route = getattr(scope.get("route"), "path", None)
                if route:
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)
                span.set_attribute("http.request.method", method)
                if length := scope.get("state", {}).get("length"):
                    span.set_attribute("mubiao.length", length)


def flush() -> None:
    """Send what has not been sent."""
    for provider in _started:
        provider.shutdown()
    _started.clear()
