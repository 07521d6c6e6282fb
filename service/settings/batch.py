"""Many documents in one request."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class BatchSettings(BaseSettings):
    """What one request for many documents may hold."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_BATCH_", frozen=True)

    items: int = Field(default=10_000, ge=1, description="Documents of a batch; a list of more gets 413.")
    bytes: int = Field(
        default=16_000_000,
        ge=1,
        description="Largest JSON list, larger ones get 413; of NDJSON, what is received ahead of the answers.",
    )
    ahead: int = Field(
        default=40_000,
        ge=1,
        description="Code points of a batch that are given to the model at once, so that it need not wait for the next.",
    )
