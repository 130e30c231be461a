"""`memwizard data FILE --as KIND`: a table, or pairs, written in the form that Axolotl or a kind of training reads."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from shlex import quote

from wizard.cli.echo import echo, put
from wizard.domain.errors import InputError
from wizard.domain.text import plain


def recast_file(file: str, kind: str, output: str | None) -> int:
    """Write the rows of a table or of a file of pairs anew, and tell what to type next.

    Raises InputError where it holds none, or no row of it can be written so.
    """
    from wizard.axolotl.forms import recast
    from wizard.world import atomic

    rows, left = (_lines(file), Counter[str]()) if kind == recast.LINES else _rows(file, kind)
    if not rows:
        why = f"none of its rows can be written so; such a row {_why(left)}" if left else "there is no row in it"
        raise InputError(why, file=file)
    output = output or recast.recast_file(file, kind)
    if output != "-" and Path(output).exists():
        raise InputError("is there already; name another file with -o", file=output)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if output == "-":
        put(text)
    else:
        atomic.write(Path(output), text)
        echo(f"wrote {plain(output)}", err=True)
    if left:
        echo(
            f"{sum(left.values()):,} of {len(rows) + sum(left.values()):,} rows are left out; one {_why(left)}",
            err=True,
        )
    if output != "-":
        echo(f"next: {_next(kind, quote(plain(output)))}", err=True)
    return 0


def _next(kind: str, output: str) -> str:
    settings = {"reward": "reward_model=true", "orpo": "rl=orpo"}
    if kind not in settings:
        return f"memwizard --data {output}"
    return f"memwizard generate --set {settings[kind]} --data {output} -o my.yml"


def _lines(file: str) -> list[dict[str, object]]:
    """The rows of a table as text, whatever parts its columns; of another encoding that is guessed, it is told."""
    from wizard.world.othertext import table

    if not Path(file).is_file():
        raise InputError("there is no such file", file=file)
    if not file.lower().endswith((".csv", ".tsv", ".csv.gz", ".tsv.gz")):
        raise InputError("is no table as text (.csv or .tsv)", file=file)
    rows, guessed = table(file)
    if guessed:
        echo(f"{plain(file)} is not UTF-8 text: it is read as {guessed}", err=True)
    return rows


def _rows(file: str, kind: str) -> tuple[list[dict[str, object]], Counter[str]]:
    """The rows as they are written, and why others are left out, counted."""
    from wizard.axolotl.forms.recast import OtherRowError, pairs_of, recast
    from wizard.world.reading import Reading
    from wizard.world.rowfile import KINDS, rows
    from wizard.world.rowhead import head

    found = head(file)
    if found.state == "missing":
        raise InputError("there is no such file", file=file)
    pairs = pairs_of(found)
    if pairs is None:
        raise InputError("it holds no pairs: a chosen and a rejected answer to something that is asked", file=file)
    made: list[dict[str, object]] = []
    left: Counter[str] = Counter()
    for _, _, row in rows(Reading(file), found.kind or KINDS.get(Path(file).suffix.lower(), "json"), 0):
        try:
            made.append(recast(row, pairs, kind))
        except OtherRowError as other:
            left[str(other)] += 1
    return made, left


def _why(left: Counter[str]) -> str:
    """Why rows are left out, the most frequent first."""
    return "; ".join(f"{why} ({count:,})" for why, count in left.most_common(3))
