"""The model that is served."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ModelSettings(BaseSettings):
    """Which model is served, and with how many threads."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_MODEL_", frozen=True)

    folder: Path | None = Field(default=None, description="Folder of the model to serve; the shipped one if not set.")
    threads: int | None = Field(
        default=None,
        ge=1,
        description="Windows of text that the model reads at once; as many as there are cores if not set.",
    )
