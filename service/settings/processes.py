"""How many processes serve, and when one counts as hung."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProcessSettings(BaseSettings):
    """How many processes serve, and when one counts as hung."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_", frozen=True)

    workers: int = Field(
        default=1,
        ge=1,
        le=256,
        description="Processes that serve, each with a queue of its own; they share the model's memory and the cores.",
    )
    hang_seconds: float = Field(
        default=600,
        gt=0,
        description="Seconds that the model may work on one batch; after that `/livez` is 503, and one of several "
        "processes is replaced.",
    )
