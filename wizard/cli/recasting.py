"""`memwizard data FILE --as KIND`: a table, or pairs, written in the form that Axolotl or a kind of training reads."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from wizard.cli.echo import echo, put
from wizard.domain.errors import InputError
from wizard.domain.text import plain
from wizard.output.text.recast import typed

_TOGETHER = 1000
"""Rows that are written at once."""
_TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_HALF = re.compile("[\ud800-\udfff]")


def recast_file(file: str, kind: str, output: str | None) -> int:
    """Write the rows of a table or of a file of pairs anew, and tell what to type next.

    Raises InputError where it holds none, or no row of it can be written so.
    """
    from wizard.axolotl.forms import recast
    from wizard.world.othertext import regular

    regular(file)
    if kind == recast.LINES and not file.lower().endswith(_TABLES):
        raise InputError("is no table as text (.csv or .tsv)", file=file)
    output = output or recast.recast_file(file, kind)
    if output != "-" and os.path.lexists(output):
        raise InputError("is there already; name another file with -o", file=output)
    left = Counter[str]()
    rows, guessed = _lines(file) if kind == recast.LINES else (_rows(file, kind, left), "")
    first = next(rows, None)
    if first is None:
        why = f"none of its rows can be written so; such a row {_why(left)}" if left else "there is no row in it"
        raise InputError(why, file=file)
    count = _write(output, chain((first,), rows))
    if guessed:
        echo(f"{plain(file)} is not UTF-8 text: it is read as {guessed}", err=True)
    if output != "-":
        echo(f"wrote {plain(output)}", err=True)
    if left:
        echo(f"{sum(left.values()):,} of {count + sum(left.values()):,} rows are left out; one {_why(left)}", err=True)
    if output != "-":
        echo(f"next: {_next(kind, typed(output))}", err=True)
    return 0


def _write(output: str, rows: Iterator[dict[str, object]]) -> int:
    """Write them row by row, as there may be more of them than memory; their number."""
    from wizard.world import atomic

    count = 0

    def texts() -> Iterator[str]:
        nonlocal count
        while some := list(islice(rows, _TOGETHER)):
            count += len(some)
            yield "".join(_line(row) for row in some)

    if output == "-":
        for text in texts():
            put(text)
    else:
        atomic.write(Path(output), texts())
    return count


def _line(row: Mapping[str, object]) -> str:
    """A row as a line; half of a character that two make up is written as JSON spells it."""
    text = json.dumps(row, ensure_ascii=False)
    return (text if text.isascii() or not _HALF.search(text) else json.dumps(row)) + "\n"


def _next(kind: str, output: str) -> str:
    settings = {"reward": "reward_model=true", "orpo": "rl=orpo"}
    if kind not in settings:
        return f"memwizard --data {output}"
    return f"memwizard generate --set {settings[kind]} --data {output} -o my.yml"


def _lines(file: str) -> tuple[Iterator[dict[str, object]], str]:
    """The rows of a table as text, whatever parts its columns; and its encoding where that is guessed."""
    from wizard.world.othertext import table

    found = table(file)
    return found.rows(), found.guessed


def _rows(file: str, kind: str, left: Counter[str]) -> Iterator[dict[str, object]]:
    """The rows as they are written; why others are left out is counted in `left`."""
    from wizard.axolotl.forms.recast import OtherRowError, pairs_of, recast
    from wizard.world.reading import Reading
    from wizard.world.rowfile import KINDS, rows
    from wizard.world.rowhead import head

    found = head(file)
    pairs = pairs_of(found)
    if pairs is None:
        raise InputError("it holds no pairs: a chosen and a rejected answer to something that is asked", file=file)
    for _, _, row in rows(Reading(file), found.kind or KINDS.get(Path(file).suffix.lower(), "json"), 0):
        try:
            made = recast(row, pairs, kind)
        except OtherRowError as other:
            left[str(other)] += 1
        else:
            yield made


def _why(left: Counter[str]) -> str:
    """Why rows are left out, the most frequent first."""
    return "; ".join(f"{why} ({count:,})" for why, count in left.most_common(3))
