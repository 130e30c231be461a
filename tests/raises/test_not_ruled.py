"""Everything that Axolotl can raise is quoted by a rule, or docs/not-ruled.md says why not."""

from __future__ import annotations

import ast
import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from scripts.raises import HOLE, Raised, raised, spoken
from wizard.rules.catalogue import ENTRIES, every_rule

RECORDS = sorted(Path(__file__).parent.glob("axolotl-*.json"))
PAGE = Path(__file__).parents[2] / "docs" / "not-ruled.md"
_SHORT = 12
"""Pieces of a text between its holes that are shorter say nothing of it."""


def rows() -> list[tuple[str, str, str]]:
    """Place, text and reason of each row of the page."""
    found = re.findall(r"^\| (\S+) \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [row for row in found if row[0] != "place"]


def recorded() -> list[Raised]:
    """What each recorded version raises, once."""
    return sorted({Raised(*row) for path in RECORDS for row in json.loads(path.read_text(encoding="utf-8"))})


def quoted(one: Raised, said: list[str]) -> bool:
    """Whether a rule quotes a piece of the text, or the text as it was once filled in."""
    pieces = [piece.strip() for piece in one.text.split(HOLE) if len(piece.strip()) >= _SHORT]
    filled = re.compile(".*?".join(map(re.escape, one.text.split(HOLE))))
    return any(
        any(quote.strip() in piece or piece in quote for piece in pieces) or filled.fullmatch(quote) for quote in said
    )


def row_of(one: Raised) -> tuple[str, str, str] | None:
    """The first row that tells of it."""
    text = one.text.replace("|", "/")
    return next(
        (row for row in rows() if fnmatch(one.place, row[0]) and (row[1] == "*" or text.startswith(row[1]))), None
    )


def test_each_is_ruled_or_told() -> None:
    said = [quote for rule in every_rule() for quote in (*rule.quotes, *rule.crashes)]
    untold = [one for one in recorded() if not quoted(one, said)]
    told = {one: row_of(one) for one in untold}
    assert [one for one, row in told.items() if row is None] == [], "quote it in a rule, or give it a row"
    assert [row for row in rows() if row not in told.values()] == [], "rows that tell of nothing"


def test_the_rules_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"MW\d{3}", PAGE.read_text(encoding="utf-8")))
    assert named <= {entry.code for entry in ENTRIES}


@pytest.mark.parametrize(
    ("code", "text"),
    [('"a " "b"', "a b"), ('f"a {x} b"', "a {} b"), ('"a" + f"{x}b"', "a{}b"), ("message", "{}"), ('"a\\n  b"', "a b")],
)
def test_a_text_is_read_as_it_stands(code: str, text: str) -> None:
    assert spoken(ast.parse(code, mode="eval").body) == text


def test_raises_and_asserts_are_found(tmp_path: Path) -> None:
    (tmp_path / "utils").mkdir()
    lines = ("def f(x):", "    assert x, 'no x'", "    raise errors.Bad(f'{x} is bad')", "    raise Bare", "")
    (tmp_path / "utils" / "some.py").write_text("\n".join(lines))
    assert raised(tmp_path) == [
        Raised("utils/some.py", "AssertionError", "no x"),
        Raised("utils/some.py", "Bad", "{} is bad"),
    ]
