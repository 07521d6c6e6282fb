"""A running ``mubiao serve``, what it costs, and what it wrote."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import httpx

_READY_WITHIN = 240
_ENDS_WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""So that no service is left running by a proof that is killed."""


class Service:
    """The process, its children, and its address."""

    def __init__(self, popen: subprocess.Popen[bytes], port: int, output: Path) -> None:
        self.popen = popen
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._output = output

    def written(self) -> str:
        """All that it wrote to standard output and error."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def logged(self) -> list[dict[str, Any]]:
        """Its log."""
        return [json.loads(line) for line in self.written().splitlines()]

    def children(self) -> list[int]:
        """The processes that it started, readers of files and workers alike."""
        found: list[int] = []
        for task in Path(f"/proc/{self.popen.pid}/task").iterdir():
            with suppress(OSError):  # a thread that has ended since
                found += map(int, (task / "children").read_text().split())
        return found

    def memory(self) -> int:
        """Bytes of the process and its children, what they share counted once (PSS)."""
        return sum(_pss(pid, "Pss") for pid in (self.popen.pid, *self.children()))

    def own_memory(self) -> int:
        """Likewise, without what is mapped from files: their share in it changes when other programs that use the same
        libraries come and go."""
        pids = (self.popen.pid, *self.children())
        return sum(_pss(pid, "Pss_Anon") + _pss(pid, "Pss_Shmem") for pid in pids)

    def files(self) -> int:
        """Open file descriptors of the process and its children."""
        counted = 0
        for pid in (self.popen.pid, *self.children()):
            with suppress(OSError):
                counted += len(os.listdir(f"/proc/{pid}/fd"))
        return counted

    def ready(self) -> bool:
        """Whether it says so within five seconds."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> float:
        """Seconds that it took; RuntimeError if it ended or took too long."""
        began = time.monotonic()
        while not self.ready():
            if self.popen.poll() is not None or time.monotonic() - began > _READY_WITHIN:
                raise RuntimeError(f"the service is not ready:\n{self.written()[-2000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def stop(self, within: float = 60) -> int:
        """SIGTERM; its exit code. TimeoutExpired if it does not end in so many seconds."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(within)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serving(**environment: str) -> AbstractContextManager[Service]:
    """Run the service with settings from ``environment``, until it is ready."""
    return running(environment)


@contextmanager
def running(
    environment: Mapping[str, str], output: BinaryIO | None = None, prefix: Sequence[str] = ()
) -> Iterator[Service]:
    """Likewise, writing to ``output`` (default: where ``written`` reads it), run by the command ``prefix``.

    Its jobs are its own, unless ``environment`` says where they are.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = {**os.environ, "MUBIAO_PORT": str(port), "MUBIAO_JOBS_FOLDER": folder, **environment}
        kept = Path(folder, "output")
        with kept.open("wb") as out:
            to = output or out
            command = [*_ENDS_WITH_US, *prefix, sys.executable, "-m", "service.cli", "serve"]
            popen = subprocess.Popen(command, env=settings, stdout=to, stderr=to, start_new_session=True)
        service = Service(popen, port, kept)
        try:
            service.wait_until_ready()
            yield service
        finally:
            with suppress(ProcessLookupError):
                os.killpg(popen.pid, signal.SIGKILL)
            popen.wait()


def _pss(pid: int, part: str) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0
    return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith(f"{part}:"))
