"""Three rows of the data as the trainer will see them."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl.forms.answer import Unusable
from wizard.axolotl.preference import rl
from wizard.data.pieces import RowSeen
from wizard.data.seen import seen
from wizard.data.shown import legend
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.output.text.recast import way
from wizard.questions.question import Situation
from wizard.questions.rows import data_entries, found_in, place_of
from wizard.session.ports import Data

MOST = 3


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """Some rows of one data set. `says`: what the marks mean, and which template they were rendered with."""

    path: str
    rows: tuple[RowSeen, ...]
    says: str


def rows_seen(plan: Plan, head: Head | None, data: Data, file: str | None) -> RowsSeen | None:
    """Those of the file that a head is of; None where it is not here, or no form is told."""
    entry = next((one for one in data_entries(plan) if head is not None and place_of(one) == head.path), None)
    if head is None or entry is None or not head.rows:
        return None
    told = bool(entry.get("type")) or {"input_ids", "labels"} <= {*head.columns}
    if not told:
        return None
    marking = data.marking(plan, entry, file)
    rows = tuple(seen(row, entry, plan, marking) for row in head.rows[:MOST])
    marked = any("chat_template" in str(entry.get("type")) for _ in rows) and rl(plan) is None
    return RowsSeen(head.path, rows, legend(rows, marking.says if marked else ""))


def why_none(situation: Situation) -> str:
    """Why no row of the first file is to be shown, and what writes rows that are read; empty where some are."""
    head = situation.head
    if head is None or head.state == "unread":
        return head.why if head is not None else ""
    found = found_in(situation)
    anew = isinstance(found, Unusable) and found.recast
    return f"{found.why}; {way(head.path, anew)}" if isinstance(found, Unusable) and anew else ""
