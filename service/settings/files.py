"""What a file may cost."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.documents.isolation import Bounds
from service.documents.model import Limits


class FileSettings(BaseSettings):
    """What a file that is sent or read may cost, and how many are read at once, each in a process of its own."""

    model_config = SettingsConfigDict(env_prefix="MUBIAO_FILE_", frozen=True)

    bytes: int = Field(default=20_000_000, ge=1, description="Largest file; larger ones get 413.")
    unpacked_bytes: int = Field(
        default=200_000_000, ge=1, description="Bytes that the parts of a packed file (.docx, .xlsx) may unpack to."
    )
    pages: int = Field(default=1_000, ge=1, description="Pages that a file may have.")
    cells: int = Field(
        default=500_000, ge=1, description="Cells that the tables of a file may have, merged ones expanded."
    )
    seconds: float = Field(default=60, gt=0, description="Seconds that reading a file may take; it gets 422 then.")
    memory: int = Field(
        default=2_000_000_000, ge=200_000_000, description="Bytes of memory that reading a file may take."
    )
    processes: int = Field(default=2, ge=1, description="Files that are read at once.")
    waiting: int = Field(default=16, ge=0, description="Files that may wait to be read; further ones get 429.")

    @property
    def body_limit(self) -> int:
        """Longest body in bytes: the file, and the other parts of the form."""
        return self.bytes + 65_536

    def bounds(self, characters: int) -> Bounds:
        """What reading a file may cost whose text may have so many ``characters``."""
        limits = Limits(
            bytes=self.bytes,
            unpacked_bytes=self.unpacked_bytes,
            pages=self.pages,
            cells=self.cells,
            characters=characters,
        )
        return Bounds(limits, self.seconds, self.memory)
