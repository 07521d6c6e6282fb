"""Settings from the environment, one class per concern and a module each; docs/configuration.md lists them all."""

from dataclasses import dataclass, field, fields

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from service.errors import SettingsError
from service.settings.access import AccessSettings
from service.settings.batch import BatchSettings
from service.settings.connections import ConnectionSettings
from service.settings.corrections import CorrectionSettings
from service.settings.files import FileSettings
from service.settings.http import HTTPSettings
from service.settings.jobs import JobSettings
from service.settings.label_studio import LabelStudioSettings
from service.settings.mcp import MCPSettings
from service.settings.model import ModelSettings
from service.settings.processes import ProcessSettings
from service.settings.queue import QueueSettings
from service.settings.traces import TraceSettings

__all__ = [
    "AccessSettings",
    "BatchSettings",
    "ConnectionSettings",
    "CorrectionSettings",
    "FileSettings",
    "HTTPSettings",
    "JobSettings",
    "LabelStudioSettings",
    "MCPSettings",
    "ModelSettings",
    "ProcessSettings",
    "QueueSettings",
    "Settings",
    "TraceSettings",
    "load",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    http: HTTPSettings = field(default_factory=HTTPSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    connection: ConnectionSettings = field(default_factory=ConnectionSettings)
    batch: BatchSettings = field(default_factory=BatchSettings)
    file: FileSettings = field(default_factory=FileSettings)
    queue: QueueSettings = field(default_factory=QueueSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    process: ProcessSettings = field(default_factory=ProcessSettings)
    traces: TraceSettings = field(default_factory=TraceSettings)
    label_studio: LabelStudioSettings = field(default_factory=LabelStudioSettings)
    mcp: MCPSettings = field(default_factory=MCPSettings)
    corrections: CorrectionSettings = field(default_factory=CorrectionSettings)
    jobs: JobSettings = field(default_factory=JobSettings)


def classes() -> list[type[BaseSettings]]:
    """The class of each concern, in the order in which docs/configuration.md lists them."""
    return [f.type for f in fields(Settings) if isinstance(f.type, type)]


def load() -> Settings:
    """Read all settings; SettingsError names the variable that is wrong and what is allowed."""
    try:
        return Settings()
    except ValidationError as error:
        (cls,) = (c for c in classes() if c.__name__ == error.title)
        prefix = cls.model_config["env_prefix"]
        wrong = [f"{prefix}{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(wrong)) from None
