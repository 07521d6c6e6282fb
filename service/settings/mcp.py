"""The tool for agents."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class MCPSettings(BaseSettings):
    """The Model Context Protocol endpoint at `/mcp`; it needs `mubiao[mcp]`."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_MCP_", frozen=True)

    enabled: bool = Field(default=False, description="Whether there is one.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Values of Host that it answers to beside those of loopback, separated by commas; `:*` is any port.",
    )

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
