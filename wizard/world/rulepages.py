"""Where a rule's page is: the page of all rules comes with memwizard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HEADING = re.compile(r"### (MW\d+)")


@dataclass(frozen=True, slots=True)
class RulePage:
    """A file, and the line (from 1) at which a rule's text begins in it."""

    file: Path
    line: int


def rule_page(code: str) -> RulePage | None:
    """The page of a rule; None where there is none."""
    line = _lines().get(code)
    return RulePage(_file(), line) if line is not None else None


@cache
def _file() -> Path:
    """The packaged page; in an editable install that of the repository's docs."""
    packaged = Path(__file__).parents[1] / "rules" / "pages.md"
    return packaged if packaged.is_file() else Path(__file__).parents[2] / "docs" / "rules.md"


@cache
def _lines() -> dict[str, int]:
    try:
        text = _file().read_text(encoding="utf-8")
    except OSError:
        return {}
    return {match[1]: number for number, line in enumerate(text.split("\n"), 1) if (match := _HEADING.fullmatch(line))}
