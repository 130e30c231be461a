"""What of memwizard's rules a new Axolotl may have made wrong: their quotes, and the places that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from scripts.axolotl_versions.messages import texts
from wizard.domain.version import Version
from wizard.rules.catalogue import every_rule

_PLACE = re.compile(r"([\w/]+\.py):(\d+)")


def quotes_gone(old: Path, new: Path, version: Version) -> list[str]:
    """Each quote of a rule that holds of the new version, where only the old one's source has it."""
    before, after = texts(old), texts(new)
    return [
        f"{rule.code} {rule.name}: {quote!r}"
        for rule in every_rule()
        if rule.holds(version)
        for quote in rule.quotes
        if quote in before and quote not in after
    ]


def citations_moved(old: Path, new: Path) -> Iterator[str]:
    """Each place that a rule cites of the old release, with its line in the new one, "gone" where it has none."""
    for rule in every_rule():
        for file, line in _PLACE.findall(rule.sections["Source"]):
            now = lines_of(old / "axolotl" / file, new / "axolotl" / file).get(int(line))
            if now != int(line):
                yield f"{rule.code} {rule.name}: {file}:{line} -> {now or 'gone'}"


@cache
def lines_of(old: Path, new: Path) -> dict[int, int]:
    """The lines of a file that are in both, by their old numbers."""
    if not old.exists() or not new.exists():
        return {}
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (old, new))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {block.a + 1 + step: block.b + 1 + step for block in blocks for step in range(block.size)}
