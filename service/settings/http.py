"""Where the service listens and what it takes."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
