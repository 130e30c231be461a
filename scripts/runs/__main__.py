"""`python -m scripts.runs PYTHON [PART...] [--jobs N] [--only TEXT] [--again]`: runs configs on the Axolotl of PYTHON.

PYTHON is one that has Axolotl and torch's CPU build, and torchvision for models that see. Answers go into
tests/runs/record/, a file for each version and part. What has an answer for the same config is not run again; with
--again it is where that was a failure. --seed N draws other plans, fits and mixtures than the recorded ones, and
records them apart. A run takes two to five seconds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from scripts.runs.cases import DRAWN, OF_A_VERSION, PARTS
from scripts.runs.judging import Judge
from scripts.runs.record import Record
from wizard.domain.version import parse_version


def main() -> None:
    """Run what has no answer yet, and tell what came of it."""
    reader = argparse.ArgumentParser(prog="python -m scripts.runs")
    reader.add_argument("python")
    reader.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    reader.add_argument("--jobs", type=int, default=2)
    reader.add_argument("--only", default="")
    reader.add_argument("--seed", type=int, help="draw others than the usual; they have records of their own")
    reader.add_argument("--again", action="store_true")
    asked = reader.parse_args()
    judge = Judge(asked.python, jobs=asked.jobs)
    for part in asked.parts or (PARTS if asked.seed is None else DRAWN):
        if asked.seed is not None:
            name, drawn = f"{part}_{asked.seed}", DRAWN[part](asked.seed)
        else:
            told_for = (parse_version(judge.version),) if part in OF_A_VERSION else ()
            name, drawn = part, PARTS[part](*told_for)
        record = Record.of(judge.version, name, judge.settings)
        cases = [case for case in drawn if asked.only in " ".join(case.id)]
        record.fill(judge, cases, again=asked.again)
        if not asked.only:
            record.keep_only(cases)
        record.write()
        counted = Counter(record.kind(case) for case in cases)
        sys.stdout.write(f"{name}: {', '.join(f'{count} {kind}' for kind, count in counted.most_common())}\n")


if __name__ == "__main__":
    main()
