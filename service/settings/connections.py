"""How long connections may take, and how many there may be."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConnectionSettings(BaseSettings):
    """How long connections may take, and how many there may be: clients that are slow or silent cost others nothing."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_CONNECTION_", frozen=True)

    most: int = Field(
        default=12_000,
        ge=10,
        description="Connections at once, at most what the limit of open files allows; "
        "beyond it, the one that was idle longest is closed.",
    )
    idle_seconds: float = Field(
        default=75, gt=0, description="Seconds that a connection may be silent between requests; it is closed then."
    )
    header_seconds: float = Field(
        default=10, gt=0, description="Seconds that the head of a request may take; the connection is closed then."
    )
    body_seconds: float = Field(
        default=30, gt=0, description="Seconds that the body of a request may take; it gets 408 then."
    )
    body_rate: int = Field(
        default=5_000, ge=1, description="Bytes that each further second for a body must have brought."
    )
    send_seconds: float = Field(
        default=60, gt=0, description="Seconds that a client may not read its answer; the connection is closed then."
    )
