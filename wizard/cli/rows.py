"""Some rows of each data set as the trainer will see them, as text."""

from __future__ import annotations

from textwrap import wrap

from wizard.cli.echo import echo
from wizard.data.shown import whole
from wizard.domain.plan import Plan
from wizard.questions.rows import data_entries, place_of
from wizard.session.ports import Data
from wizard.session.rows_seen import rows_seen

_MOST = 1500
"""Characters of a row that are told."""


def rows_text(plan: Plan, data: Data, file: str | None) -> list[str]:
    """The rows of every file that is here, with what is learned of them between marks."""
    told = []
    for entry in data_entries(plan):
        found = rows_seen(plan, data.head(place_of(entry)), data, file)
        if found is not None:
            told += [*_narrow(f"{found.path}, as it is learned: {found.says}"), ""]
            for number, row in enumerate(found.rows):
                told += [f"row {number + 1}", *_narrow(whole(row, _MOST)), ""]
    return told


def tell_rows(plan: Plan, data: Data, file: str | None) -> None:
    """Say them, behind an empty line."""
    for line in ["", *rows_text(plan, data, file)][:-1]:
        echo(line)


def _narrow(text: str) -> list[str]:
    """Its lines, none wider than fits into a frame on 80 columns."""
    return [part for line in text.split("\n") for part in wrap(line, 75, drop_whitespace=False) or [""]]
