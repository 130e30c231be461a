"""Write, check, show."""

from __future__ import annotations

import argparse
import sys

import yaml

from scripts.ledgers import __doc__ as about
from scripts.ledgers.case import chapters
from scripts.ledgers.figures import figures
from scripts.ledgers.table import moved, path_of, read, text


def main() -> int:
    """1 where `--check` finds that something moved, or there is no such plan."""
    parser = argparse.ArgumentParser(prog="scripts.ledgers", description=about)
    parser.add_argument("--check", action="store_true", help="write nothing, print what moved")
    parser.add_argument("--plan", metavar="ID", help="print this plan")
    asked = parser.parse_args()
    if asked.plan:
        return _shown(asked.plan)
    lines: list[str] = []
    for chapter, cases in chapters().items():
        found, before = {case.id: figures(case) for case in cases}, read(chapter)
        for plan in dict.fromkeys((*before, *found)):
            lines += moved(plan, before.get(plan, {}), found.get(plan, {}))
        if not asked.check:
            path_of(chapter).write_text(text(found), encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in lines) if asked.check else f"{len(lines):,} figures moved\n")
    return bool(asked.check and lines)


def _shown(identity: str) -> int:
    for cases in chapters().values():
        for case in cases:
            if case.id == identity:
                version = f", Axolotl {case.plan.axolotl}" if case.plan.axolotl else ""
                sys.stdout.write(
                    f"# {case.gpus or 'no machine'}{version}\n{yaml.safe_dump(dict(case.plan.values), sort_keys=False)}"
                )
                return 0
    sys.stderr.write(f"there is no plan {identity}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
