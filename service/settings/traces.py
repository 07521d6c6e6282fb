"""Where traces are sent."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class TraceSettings(BaseSettings):
    """Where OpenTelemetry traces are sent; needs the extra `traces`."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_TRACES_", frozen=True)

    endpoint: str | None = Field(
        default=None,
        pattern="^https?://",
        description="Address of an OTLP collector (HTTP, protobuf), such as `http://collector:4318/v1/traces`; "
        "no traces if not set.",
    )
    share: float = Field(
        default=1.0, ge=0, le=1, description="Share of the requests that are traced, unless the caller decided."
    )
