"""`python -m tests.conformance [--count N] [--seed S] [--record] [--examples FOLDER] [--axolotl 0.21]`."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

import yaml

from tests.conformance.compare import agreement
from tests.conformance.families import family_cases
from tests.conformance.generate import Case, cases, nested_cases
from tests.conformance.judged import ask, recorded, save
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.versions import newest


def published(folder: Path) -> list[Case]:
    """Configs that somebody wrote: every YAML file under a folder that names a base model."""
    found = []
    for path in sorted((*folder.rglob("*.yml"), *folder.rglob("*.yaml"))):
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(loaded, dict) and "base_model" in loaded:
            found.append(Case(str(path.relative_to(folder)), "h100", loaded))
    return found


def main() -> None:
    """Print how far memwizard and Axolotl agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="keep the answers, and those to the families")
    parser.add_argument("--recorded", action="store_true", help="compare with the record instead of asking Axolotl")
    parser.add_argument("--nested", action="store_true", help="changes inside blocks in place of those at the top")
    parser.add_argument("--families", action="store_true", help="those of the families in place of others")
    parser.add_argument("--examples", type=Path, help="a folder of configs in place of generated ones")
    parser.add_argument("--axolotl", type=parse_version, default=newest(), help="the version that is asked")
    options = parser.parse_args()
    version: Version = options.axolotl
    if options.recorded:
        pairs = recorded(version)
    else:
        named = nested_cases if options.nested else family_cases if options.families else cases
        make = partial(named, version=version)
        asked = published(options.examples) if options.examples else list(make(options.count, options.seed))
        asked += list(family_cases(version=version)) if options.record else []
        answers = ask(asked, version=version)
        if options.record:
            save(asked, answers, version)
        pairs = list(zip(asked, answers, strict=True))
    sys.stdout.write(agreement(pairs, version).report() + "\n")


if __name__ == "__main__":
    main()
