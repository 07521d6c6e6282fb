"""``python -m proofs``: all proofs in full; ``--short`` for minutes; ``NAME`` or ``NAME=AMOUNT`` for some of them."""

import argparse
import sys
import time
from importlib import import_module
from typing import Protocol

from proofs import report
from proofs.report import Result

NAMES = ("fuzz", "schema", "overload", "killed", "shutdown", "clients", "jobs", "faults", "soak")
"""In the order in which docs/reliability.md tells of them; each a module here."""


class Proof(Protocol):
    """What a module of a proof has."""

    TITLE: str
    UNIT: str
    FULL: int
    SHORT: int

    def run(self, amount: int) -> Result:
        """Try it, with so many of ``UNIT``."""


def main(arguments: list[str] | None = None) -> int:
    """Run the proofs that are named; 1 if one does not hold."""
    parser = argparse.ArgumentParser(prog="python -m proofs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME[=AMOUNT]", help=", ".join(NAMES))
    parser.add_argument("--short", action="store_true", help="short forms, minutes in all")
    options = parser.parse_args(arguments)
    chosen = dict(part.partition("=")[::2] for part in options.names or NAMES)
    if unknown := set(chosen) - set(NAMES):
        parser.error(f"no proof {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    failed = []
    for name, given in chosen.items():
        proof: Proof = import_module(f"proofs.{name}")
        amount = int(given) if given else proof.SHORT if options.short else proof.FULL
        print(f"{name}: {proof.TITLE} ({amount:,} {proof.UNIT})", flush=True)
        began = time.monotonic()
        result = proof.run(amount)
        report.write(name, f"{amount:,} {proof.UNIT}", result, time.monotonic() - began)
        if not result.holds:
            failed.append(name)
    if failed:
        print(f"\nnot held: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
