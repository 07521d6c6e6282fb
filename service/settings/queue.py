"""The queue in front of the model."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
