"""Documents that people corrected."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CorrectionSettings(BaseSettings):
    """What may be done with documents that people corrected, in the workbench or elsewhere."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_CORRECTIONS_", frozen=True)

    bytes: int = Field(
        default=50_000_000, ge=1, description="Largest body of corrected documents; larger ones get 413."
    )
    training_folder: Path | None = Field(
        default=None,
        description="Folder in which corrected documents are kept to train on when people ask for it; "
        "not allowed if not set.",
    )
