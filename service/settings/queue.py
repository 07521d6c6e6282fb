"""The queue in front of the model."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class QueueSettings(BaseSettings):
    """How requests wait for the model and take turns."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_QUEUE_", frozen=True)

    capacity: int = Field(
        default=1_000_000,
        ge=1,
        description="Code points of requests that may be waiting or in work; a request that would exceed it gets 429, "
        "unless there is nothing else. As many of jobs, which wait for room.",
    )
    turn: int = Field(
        default=3_000,
        ge=1,
        description="Code points of a text that are read before the texts behind it have their turn.",
    )
    patience: int = Field(
        default=20,
        ge=1,
        description="Windows of requests that are read before one of a job is, while both wait; if no request waits, jobs "
        "have the model to themselves.",
    )
