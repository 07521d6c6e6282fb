"""``make audit``: known vulnerabilities of the locked packages; says so where they cannot be asked for."""

import json
import subprocess
import sys
from pathlib import Path

_FOLDER = Path(__file__).parent


def main() -> int:
    """1 if a package has a known vulnerability; 0 if none has, and if there was nobody to ask."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(_FOLDER / "serve.txt"), "--require-hashes"]
    done = subprocess.run(
        [*command, "--disable-pip", "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        print("not audited: pip-audit could not ask anybody:", (done.stderr.strip().splitlines() or ["?"])[-1])
        return 0
    asked = [package for package in packages if "skip_reason" not in package]
    wrong = [(p["name"], p["version"], [v["id"] for v in p["vulns"]]) for p in asked if p["vulns"]]
    for name, version, ids in wrong:
        print(f"{name} {version}: {', '.join(ids)}")
    if not asked:
        print("not audited: the package index that is set up here has no vulnerability data")
    else:
        print(f"audited {len(asked)} of {len(packages)} packages: {len(wrong)} with known vulnerabilities")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
