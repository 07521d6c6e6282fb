"""A PostgreSQL server of one's own on loopback, which can be stopped and started; from Debian's package."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from proofs.service import free_port

_STARTS_WITHIN = 60
_VERSIONS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
INITDB = shutil.which("initdb") or next(map(str, reversed(_VERSIONS)), None)
"""None where PostgreSQL is not installed."""


class Database:
    """A server over the data in ``folder``."""

    def __init__(self, folder: Path, port: int, options: dict[str, Any]) -> None:
        self.address = f"postgresql://mubiao@127.0.0.1:{port}/postgres"
        binary = Path(INITDB or "").with_name("postgres")
        data = str(folder / "data")
        self._command = [str(binary), "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", data]
        self._folder = folder
        self._options = options
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections; TimeoutError if it does not."""
        with (self._folder / "output").open("ab") as out:
            self._popen = subprocess.Popen(self._command, stdout=out, stderr=out, cwd=self._folder, **self._options)
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.address).close()
                return
            time.sleep(0.1)
        self.stop()
        raise TimeoutError("PostgreSQL does not start")

    def stop(self, crash: bool = False) -> None:
        """Stop it, whoever is connected; with ``crash`` as if its machine had lost power."""
        self._popen.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        self._popen.wait()


@contextmanager
def running() -> Iterator[Database]:
    """An empty server, as long as the block runs."""
    # Not where only its owner may enter, such as pytest's folders: PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="mubiao-postgresql-"))
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        options = {"user": "postgres"}
    try:
        command = [INITDB or "initdb", "-D", str(folder / "data"), "-U", "mubiao", "-A", "trust", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, **options)
        database = Database(folder, free_port(), options)
        try:
            yield database
        finally:
            database.stop()
    finally:
        shutil.rmtree(folder)
