"""What running the network leaves behind."""

import subprocess
import sys
from pathlib import Path


def test_no_telemetry(tmp_path: Path) -> None:
    """ONNX Runtime would write an identifier of the machine, and its queue of events, into the home folder."""
    code = "from models.tagger import Tagger; Tagger.load().annotate(['年底前新建公厕9座。'])"
    # Nothing of our own environment: where it names a CI system, ONNX Runtime keeps quiet anyway.
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], env={"HOME": str(tmp_path)}, check=True)
    assert not list(tmp_path.rglob("*"))
