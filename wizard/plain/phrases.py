"""What an action did, in plain lines."""

from __future__ import annotations

from wizard.data.advice import Advice, DataCaution
from wizard.data.shown import runs
from wizard.domain.text import sentence
from wizard.output.text.recast import way
from wizard.plain.render import news, verdict
from wizard.session.results import Changed, Fixed, Refused, Result
from wizard.session.rows_seen import RowsSeen
from wizard.session.writing import WrittenFile

_ROOM = 240
"""Characters of a row."""
_MEND = "Type fit for what fits, take best to take it."
_NOTHING = {
    "the same": "That changes nothing.",
    "no fix": "There is nothing to fix.",
    "only doubtful fixes": "There is nothing to fix.",
    "no safe fix": "There is no safe fix to take.",
    "nothing to undo": "There is nothing to undo.",
    "nothing to redo": "There is nothing to do again.",
    "no best": "Nothing fits.",
}


def answered(done: Result, take: str = "the next question") -> list[str]:
    """What an answer changed, what changed with it, where that leads, and what is to be said of the data.

    `take`: where what is asked of them is answered.
    """
    lines = _moved(done, done.says) if isinstance(done, Changed) else [_NOTHING[done.why]]
    if done.remark is not None:
        take = f" Take it at {take}." if done.remark.take else ""
        ways = way(done.remark.path, done.remark.recast)
        lines.append(f"{done.remark.says}{take}{f' {ways}.' if ways else ''}")
        lines += rows_lines(done.remark.rows)
    return lines


def rows_lines(found: RowsSeen | None) -> list[str]:
    """Some rows as they are learned, a line each."""
    if found is None:
        return []
    rows = ("".join(one.text for one in runs(row, _ROOM)) for row in found.rows)
    return [f"As it learns: {found.says}.", *(f"Row {number}: {row}" for number, row in enumerate(rows, 1))]


def fixed(done: Fixed | Result) -> list[str]:
    """Which fix was taken, or all of them."""
    if not isinstance(done, Fixed):
        return answered(done)
    return _moved(done.change, f"fixed {done.change.says}" if done.fix else done.change.says, still=True)


def cautioned(told: DataCaution, done: Result | None, offered: Advice | None) -> list[str]:
    """What is lost of the rows, and what was set so that less is, or would be. `offered`: what `fix` takes."""
    if not told:
        return []
    ways = f"Type fix to set {offered.says}." if offered is not None else ""
    if not ways and not isinstance(done, Changed):
        other = f"{told.otherwise[:1].upper()}{told.otherwise[1:]}."
        ways = "Type data to hear what would suit." if told.suits else other if told.otherwise else ""
    lines = [" ".join(f"Your data: {told.says} {ways}".split())]
    return [*lines, *(_moved(done, f"set for your data: {done.says}") if isinstance(done, Changed) else [])]


def turned(done: Result, word: str) -> list[str]:
    """What was undone, or done again."""
    return _moved(done, f"{word}: {done.says}") if isinstance(done, Changed) else [_NOTHING[done.why]]


def taken(done: WrittenFile | Refused) -> str:
    """What was written beside the config."""
    if isinstance(done, Refused):
        return f"Not written: {sentence(done.reason)}"
    return f"Wrote {done.path}." if done.changed else f"{done.path} is already so."


def _moved(done: Changed, says: str, *, still: bool = False) -> list[str]:
    """`still`: what mends a plan that does not fit is told though it did not fit before either."""
    also = [f"Changed with it: {', '.join(done.also)}."] if done.also else []
    now, before = done.after, done.before
    mend = [_MEND] if now.fit == "over" and (still or before.fit != "over") else []
    return [f"{says[0].upper()}{says[1:]}.", *also, *verdict(now, before), *mend, *news(now, before)]


def dismissed(*, dismissing: bool) -> list[str]:
    """What became of the last run's words."""
    return ["The last run is told no more." if dismissing else "No run that died is known for this plan."]
