"""Settings from the environment, one class per concern; docs/configuration.md lists them all."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.documents.isolation import Bounds
from service.documents.model import Limits
from service.errors import SettingsError


class HTTPSettings(BaseSettings):
    """Where the service listens and what it takes."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    text_limit: int = Field(
        default=500_000, ge=1, description="Longest text of a request, in code points; longer ones get 413."
    )
    retry_after: int = Field(default=5, ge=1, description="Seconds that the Retry-After of 429 and 503 answers names.")
    drain_seconds: int = Field(
        default=300, ge=0, description="After SIGTERM, seconds at most until what was accepted must be answered."
    )

    @property
    def body_limit(self) -> int:
        """Longest body in bytes: a code point beyond U+FFFF, escaped, takes twelve; the other fields are short."""
        return 12 * self.text_limit + 16_384


class FileSettings(BaseSettings):
    """What a file that is sent or read may cost, and how many are read at once, each in a process of its own."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_FILE_", frozen=True)

    bytes: int = Field(default=20_000_000, ge=1, description="Largest file; larger ones get 413.")
    unpacked_bytes: int = Field(
        default=200_000_000, ge=1, description="Bytes that the parts of a packed file (.docx, .xlsx) may unpack to."
    )
    pages: int = Field(default=1_000, ge=1, description="Pages that a file may have.")
    cells: int = Field(
        default=500_000, ge=1, description="Cells that the tables of a file may have, merged ones expanded."
    )
    seconds: float = Field(default=60, gt=0, description="Seconds that reading a file may take; it gets 422 then.")
    memory: int = Field(
        default=2_000_000_000, ge=200_000_000, description="Bytes of memory that reading a file may take."
    )
    processes: int = Field(default=2, ge=1, description="Files that are read at once.")
    waiting: int = Field(default=16, ge=0, description="Files that may wait to be read; further ones get 429.")

    @property
    def body_limit(self) -> int:
        """Longest body in bytes: the file, and the other parts of the form."""
        return self.bytes + 65_536

    def bounds(self, characters: int) -> Bounds:
        """What reading a file may cost whose text may have so many ``characters``."""
        limits = Limits(
            bytes=self.bytes,
            unpacked_bytes=self.unpacked_bytes,
            pages=self.pages,
            cells=self.cells,
            characters=characters,
        )
        return Bounds(limits, self.seconds, self.memory)


class QueueSettings(BaseSettings):
    """How requests wait for the model and are read together."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_QUEUE_", frozen=True)

    capacity: int = Field(
        default=1_000_000,
        ge=1,
        description="Code points that may wait; a request that would exceed it gets 429, unless nothing else waits.",
    )
    batch: int = Field(
        default=20_000,
        ge=1,
        description="Code points of waiting texts that the model reads together; a longer text goes alone.",
    )


class ModelSettings(BaseSettings):
    """Which model is served, and with how many threads."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_MODEL_", frozen=True)

    folder: Path | None = Field(default=None, description="Folder of the model to serve; the shipped one if not set.")
    threads: int | None = Field(
        default=None,
        ge=1,
        description="Windows of text that the model reads at once; as many as there are cores if not set.",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    http: HTTPSettings = field(default_factory=HTTPSettings)
    file: FileSettings = field(default_factory=FileSettings)
    queue: QueueSettings = field(default_factory=QueueSettings)
    model: ModelSettings = field(default_factory=ModelSettings)


def load() -> Settings:
    """Read all settings; SettingsError names the variable that is wrong and what is allowed."""
    try:
        return Settings()
    except ValidationError as error:
        (cls,) = (c for c in (HTTPSettings, FileSettings, QueueSettings, ModelSettings) if c.__name__ == error.title)
        prefix = cls.model_config["env_prefix"]
        wrong = [f"{prefix}{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(wrong)) from None
