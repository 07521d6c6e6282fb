"""The licences of everything that is installed to serve: which they are, and that all may be passed on with it.

``python requirements/licences.py`` writes requirements/licences.md from the metadata of the installed packages;
tests/test_supply_chain.py checks that the page is current and that nothing else has come in.
"""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

_FOLDER = Path(__file__).parent
LOCK = _FOLDER / "serve.txt"
PAGE = _FOLDER / "licences.md"
ALLOWED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    ]
)
"""SPDX identifiers. MPL-2.0 covers single files, LGPL-3.0 (psycopg) the library alone: both are installed unchanged and ask for
their own source, which PyPI has. No other copyleft."""
_KNOWN = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Apache 2.0": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}
"""Classifiers, and what authors write in their own words, as SPDX identifiers."""
_OTHER_PLATFORMS = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0"}
"""What the lock has for other systems than this, and is not installed."""


def locked(lock: Path = LOCK) -> list[str]:
    """The names of the packages in a lock file."""
    return sorted(set(re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", lock.read_text(encoding="utf-8"), re.MULTILINE)))


def licence(name: str) -> str:
    """The licence of an installed package as an SPDX expression, as far as its metadata tells; ? if it does not."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return _OTHER_PLATFORMS.get(name, "?")
    if expression := about["License-Expression"]:
        return str(expression)
    told = (about["License"] or "").strip()
    if told in ALLOWED or told in _KNOWN:
        return _KNOWN.get(told, told)
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or [] if c.startswith("License")]
    return " OR ".join(_KNOWN.get(c, "?") for c in classifiers) or "?"


def refused(expression: str) -> bool:
    """Whether a licence is not among those that are allowed: of alternatives one must be, of parts all."""
    text = expression.replace("(", " ").replace(")", " ")
    return not all(any(one.strip() in ALLOWED for one in part.split(" OR ")) for part in text.split(" AND "))


def page() -> str:
    """The list as Markdown."""
    rows = "".join(f"| {name} | {licence(name)} |\n" for name in locked())
    return (
        "# Licences of what is installed to serve\n\n"
        "From the packages' own metadata, by `python requirements/licences.py`. mubiao itself: MIT.\n\n"
        f"| package | licence |\n| --- | --- |\n{rows}"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    if wrong := [name for name in locked() if refused(licence(name))]:
        raise SystemExit(f"not allowed: {', '.join(wrong)}")
