"""`python -m scripts.axolotl_versions 0.22.0 --python PYTHON [--wheels FOLDER]`: takes a release into the facts.

It writes wizard/knowledge/axolotl/0.22/fields.json, what the validator says, the list of versions and
docs/axolotl-versions.md, and prints what differs from the version before: fields, messages, and what of the rules that
may have made wrong (quotes that are gone, cited lines that moved). PYTHON has the libraries of that release or of one
near it; the package itself is looked for in FOLDER, else downloaded.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from scripts.axolotl_versions.difference import MESSAGES, PAGE, ROOT, lines, page
from scripts.axolotl_versions.messages import messages
from scripts.axolotl_versions.ours import citations_moved, quotes_gone
from scripts.axolotl_versions.wheels import facts_of, unzipped
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl import versions
from wizard.knowledge.load import toml

KNOWLEDGE = ROOT / "wizard" / "knowledge" / "axolotl"
LIST = KNOWLEDGE / "versions.toml"


def main() -> None:
    """Take a release in, and tell what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", help="as 0.22.0")
    parser.add_argument("--python", help="an interpreter with the libraries; without one the facts stay as they are")
    parser.add_argument("--wheels", type=Path, help="where the packages are, or are put")
    options = parser.parse_args()
    version = parse_version(options.release)
    if version is None:
        parser.error(f"{options.release} is no release")
    with tempfile.TemporaryDirectory() as folder:
        place = options.wheels or Path(folder)
        if options.python:
            take(options.release, version, unzipped(options.release, place), options.python)
        before = [one for one in versions.known() if one < version]
        if before:
            told = tell(before[-1], version, place)
            sys.stdout.write("\n".join(told) + "\n")


def take(release: str, version: Version, package: Path, python: str) -> None:
    """Write the facts of a release, and the page anew."""
    made = KNOWLEDGE / str(version) / "fields.json"
    made.parent.mkdir(exist_ok=True)
    made.write_text(facts_of(package, python), encoding="utf-8")
    said = json.dumps(messages(package), indent=0, ensure_ascii=False)
    (MESSAGES / f"{version}.json").write_text(said + "\n", encoding="utf-8")
    named = [one for one in releases() if parse_version(one) != version] + [release]
    listed = ", ".join(f'"{one}"' for one in sorted(named, key=lambda one: parse_version(one) or version))
    LIST.write_text(re.sub(r"versions = \[.*\]", f"versions = [{listed}]", LIST.read_text(encoding="utf-8")))
    toml.cache_clear()
    versions.known.cache_clear()
    PAGE.write_text(page(), encoding="utf-8")


def releases() -> list[str]:
    """The whole names of the known releases."""
    return list(toml("axolotl/versions")["versions"])


def tell(old: Version, new: Version, place: Path) -> list[str]:
    """The difference of two known versions, and what it means for the rules."""
    was, now = (unzipped(next(one for one in releases() if parse_version(one) == each), place) for each in (old, new))
    return [
        *lines(old, new),
        "\nQuotes of rules that are gone:",
        *quotes_gone(was, now, new),
        "\nCited lines that moved:",
        *citations_moved(was, now),
    ]


if __name__ == "__main__":
    main()
