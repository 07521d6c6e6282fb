"""Settings of the jobs."""

import base64
import binascii
import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRET_PREFIX = "whsec_"
"""Of secrets after Standard Webhooks."""


class JobSettings(BaseSettings):
    """Jobs: where they are kept, how large they may be, and how they are worked on."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_JOBS_", frozen=True)

    enabled: bool = Field(default=True, description="Whether there is /jobs.")
    folder: Path | None = Field(
        default=None,
        description="Folder of the database file; if not set, mubiao in XDG_STATE_HOME or in ~/.local/state.",
    )
    database: SecretStr | None = Field(
        default=None,
        description="postgresql://… to keep jobs in PostgreSQL, where several services share them; "
        "a file in the folder if not set.",
    )
    root: Path | None = Field(
        default=None, description="Folder whose files a job may name instead of sending them; none if not set."
    )
    body_bytes: int = Field(default=2_000_000_000, ge=1, description="Longest body of POST /jobs; longer ones get 413.")
    documents: int = Field(default=1_000_000, ge=1, description="Documents that a job may have; more get 413.")
    chunk_documents: int = Field(
        default=500, ge=1, description="Documents that are annotated and saved together, and repeated after a crash."
    )
    chunk_bytes: int = Field(
        default=150_000, ge=1, description="Bytes of these documents; a file counts as at least a twentieth of it."
    )
    chunks: int = Field(default=2, ge=1, description="Chunks that a service works on at once.")
    files: int = Field(default=1, ge=1, description="Files of jobs that are read at once, each in its own process.")
    attempts: int = Field(
        default=20,
        ge=1,
        description="Times that a chunk is begun; if the service has ended each time, its documents fail.",
    )
    retention_days: float = Field(
        default=30, gt=0, description="Days after its end that a job and its results are deleted."
    )
    webhook_origins: tuple[str, ...] | None = Field(
        default=None,
        description='Origins that webhooks may go to, as JSON: ["https://ledger.example"]; none if not set.',
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="What webhooks are signed with: whsec_ and 24 to 64 bytes in base64."
    )
    webhook_seconds: float = Field(default=10, gt=0, description="Seconds that a webhook's receiver has to answer.")
    webhook_attempts: int = Field(
        default=8,
        ge=1,
        description="Times that a webhook is sent until it is answered with 2xx; waits double from 5 s.",
    )

    @field_validator("database")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
        return value

    @field_validator("webhook_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for origin in value or ():
            parts = urlsplit(origin)
            if (
                parts.scheme not in ("http", "https")
                or not parts.hostname
                or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError("must be origins such as https://ledger.example or http://10.0.0.5:8080")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _is_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            try:
                key = secret_bytes(value)
            except binascii.Error:
                key = b""
            if not 24 <= len(key) <= 64:
                raise ValueError("must be whsec_ and 24 to 64 bytes in base64")
        return value

    @property
    def file(self) -> Path:
        """The database file, if there is no PostgreSQL."""
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        return (self.folder or state / "mubiao") / "jobs.sqlite"


def secret_bytes(secret: SecretStr) -> bytes:
    """The key in a webhook's secret; binascii.Error if it is no base64."""
    return base64.b64decode(secret.get_secret_value().removeprefix(_SECRET_PREFIX), validate=True)
