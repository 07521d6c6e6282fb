"""The tool for agents."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MCPSettings(BaseSettings):
    """The Model Context Protocol endpoint at `/mcp`; it needs `mubiao[mcp]`."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_MCP_", frozen=True)

    enabled: bool = Field(default=False, description="Whether there is one.")
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Values of Host that it answers to beside those of loopback, as a JSON list; `:*` stands for any port.",
    )
