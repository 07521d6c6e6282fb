"""Who may use the service, and how much of it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class AccessSettings(BaseSettings):
    """Who may use the service, and how much of it."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_ACCESS_", frozen=True)

    keys: Path | None = Field(
        default=None, description="File of API keys, made by `mubiao keys add`; if set, requests need one of them."
    )
    open: bool = Field(
        default=False, description="Whether to listen on an address that is not loopback without keys all the same."
    )
    metrics_open: bool = Field(default=False, description="Whether `/metrics` is answered without a key.")
    rate: int | None = Field(
        default=None,
        ge=1,
        description="Requests a minute of a key that has no rate of its own, and of all together if there are no keys; "
        "further ones get 429. Unlimited if not set.",
    )
    concurrency: int | None = Field(
        default=None, ge=1, description="Likewise, requests at once; further ones get 429. Unlimited if not set."
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins, separated by commas, whose web pages may call the service (CORS), such as "
        "`https://oa.example.cn`; none if not set.",
    )

    @field_validator("origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not origin.startswith(("https://", "http://")) or origin.count("/") != 2:
                raise ValueError("must be origins such as https://oa.example.cn, without a path, separated by commas")
        return value
