"""Label Studio, whose machine learning backend the service is."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LabelStudioSettings(BaseSettings):
    """As the machine learning backend of Label Studio, see docs/annotation.md."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_LABEL_STUDIO_", frozen=True)

    bytes: int = Field(
        default=50_000_000, ge=1, description="Largest request of Label Studio, which sends many tasks at once."
    )
    folder: Path | None = Field(
        default=None,
        description="Folder for what is annotated in Label Studio, as gold JSON to train on; not kept if not set.",
    )
