"""What is installed and loaded to serve: locked by hash, under known licences, and nothing that can run code as it loads."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.tagger import SHIPPED

_ROOT = Path(__file__).parents[1]
_SERVE = _ROOT / "requirements" / "serve.txt"


@pytest.fixture(scope="module")
def licences():
    spec = importlib.util.spec_from_file_location("licences", _ROOT / "requirements" / "licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lock", sorted((_ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_every_package_is_locked_by_hash_and_names_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    packages = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    packages = [package for package in packages if package.strip()]
    assert len(packages) > 20
    assert [p.split()[0] for p in packages if "--hash=sha256:" not in p or "==" not in p] == []
    assert "://" not in text


def test_licences_are_allowed_and_listed(licences):
    """If this fails, packages came or went: look at their licences, then run ``python requirements/licences.py``."""
    found = {name: licences.licence(name) for name in licences.locked()}
    assert {name: licence for name, licence in found.items() if licences.refused(licence)} == {}
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page()


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", False),
        ("GPL-3.0-only", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("MIT OR GPL-2.0", False),
        ("MIT AND GPL-2.0", True),
        ("?", True),
    ],
)
def test_what_is_refused(licences, expression, refused):
    assert licences.refused(expression) is refused


def test_the_weights_hold_no_code():
    kinds = {path.suffix for path in SHIPPED.iterdir() if path.name != "SHA256SUMS"}
    assert kinds <= {".json", ".md", ".onnx", ".safetensors", ".txt"}


def test_nothing_is_unpickled_on_the_serving_path():
    script = """
import sys
unpickled = []
sys.addaudithook(lambda event, arguments: unpickled.append(arguments) if event.startswith("pickle.") else None)
import pickle
pickle.loads(pickle.dumps(pickle.PickleError))
assert unpickled, "the audit hook sees nothing"
unpickled.clear()
from fastapi.testclient import TestClient
from models.tagger import Tagger
import service.server
from service.app import create_app
from service.settings import load
with TestClient(create_app(Tagger.load(), load())) as client:
    while client.get("/readyz").status_code != 200:
        pass
    assert client.post("/extract", json={"text": "年底前，市民政局新建照料中心50个。"}).json()["records"]
    file = {"file": ("a.csv", "任务,责任单位\\n新建50个,市民政局\\n".encode())}
    assert client.post("/extract/file", files=file).json()["entities"]
print(unpickled, sorted({"torch", "transformers", "spacy", "joblib", "dill", "cloudpickle"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.strip().splitlines()[-1:] == ["[] []"], done.stdout + done.stderr
