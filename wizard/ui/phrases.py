"""What an action did, in a sentence for the help line."""

from __future__ import annotations

from wizard.data.advice import Advice, DataCaution
from wizard.domain.text import sentence
from wizard.domain.units import GIB, gib
from wizard.knowledge.models.of_size import size_said
from wizard.output.text.recast import way
from wizard.session.every_key import found_on
from wizard.session.results import (
    Changed,
    Fixed,
    FreeMoved,
    MachineSeen,
    ModelTaken,
    Nothing,
    PresetTaken,
    Refused,
    Result,
    Resumed,
)

_NOTHING = {
    "the same": "That changes nothing.",
    "no fix": "There is nothing to fix.",
    "only doubtful fixes": "Nothing has to be fixed; F2 tells what else could be changed.",
    "no safe fix": "There is no safe fix to take.",
    "nothing to undo": "There is nothing to undo.",
    "nothing to redo": "There is nothing to do again.",
    "no best": "Nothing fits.",
}


def answered(done: Result, take: str = "below") -> str:
    """What an answer changed along and what is to be said of the data; empty where there is neither.

    `take`: where what is asked of the data is answered.
    """
    if done.remark is not None:
        ways = way(done.remark.path, done.remark.recast)
        says = f"{done.remark.says} {ways}." if ways else done.remark.says
        return f"{says} Take it {take}." if done.remark.take else says
    if isinstance(done, Changed) and done.also:
        return f"{done.says}. Changed with it: {', '.join(done.also)}. Ctrl+Z undoes it."
    return ""


def key(done: Result, path: str) -> str:
    """What became of a key, what came along, and what is found on it now."""
    if isinstance(done, Nothing):
        return _NOTHING[done.why]
    also = f" Changed with it: {', '.join(done.also)}." if done.also else ""
    found = found_on(done, path)
    warns = f" {found[0].code}: {sentence(found[0].message)}" if found else ""
    return f"{done.says}.{also}{warns} Ctrl+Z undoes it."


def refused(done: Refused) -> str:
    """Why not."""
    return f"✗ {done.reason}"


def preset(done: PresetTaken) -> str:
    """From what it was started."""
    return f"{done.says} Ctrl+Z undoes it."


def model(done: ModelTaken) -> str:
    """Which model it is now."""
    alike = done.shapes and (done.shapes if size_said(done.shapes) else f"shapes as {done.shapes}")
    same = f" ({alike})" if alike else ""
    return f"The model is now {done.name}{same}.{_over(done.change, 'It is over as it is')} PgDn goes on."


def fixed(done: Fixed | Nothing) -> str:
    """What was fixed, and what that saved."""
    if isinstance(done, Nothing):
        return _NOTHING[done.why]
    added = _added(done.change.added_bytes)
    if done.fix:
        what = f"{done.codes[0]} fixed" if done.codes else "Set"
        return f"{what}: {done.fix}{added}.{_over(done.change)} Ctrl+Z undoes it."
    return f"Fixed: {', '.join(done.codes)}{added}.{_over(done.change)} Ctrl+Z undoes them together."


def cautioned(told: DataCaution, offered: Advice | None, set_by_us: Advice | None) -> str:
    """What is lost of the rows, what would suit and what was set for them; empty where nothing is.

    `offered`: what the fix key takes.
    """
    if offered is not None:
        ways = f"Ctrl+F sets {offered.says}"
    else:
        ways = "F6 offers what would suit" if told.suits else f"{told.otherwise[:1].upper()}{told.otherwise[1:]}"
    was = f"Set for it: {set_by_us.says}; Ctrl+Z undoes it." if set_by_us is not None else ""
    return " ".join(filter(None, (told.says, f"{ways}." if ways else "", was)))


def paced(done: Changed) -> str:
    """What was set for the rows by itself."""
    return f"Set for your data: {done.says}. Ctrl+Z undoes it."


def turned(done: Result, word: str) -> str:
    """`undone: rank: 8`, or that there is nothing."""
    return f"{word}: {done.says}" if isinstance(done, Changed) else _NOTHING[done.why]


def resumed(done: Resumed) -> str:
    """That the work is back, what can be undone of it, and whether it was left elsewhere."""
    undo = " Ctrl+Z undoes its changes too." if done.undoable else ""
    return f"Your work is back as you left it.{undo}{f' {done.elsewhere}' if done.elsewhere else ''}"


def machine_seen(done: MachineSeen | FreeMoved) -> str:
    """How much is free now, and what that does to the plan; of a machine seen first that work was left elsewhere."""
    if isinstance(done, MachineSeen):
        return done.elsewhere
    change = f" The plan, which was '{done.fit_before}', is now '{done.fit}'." if done.fit != done.fit_before else ""
    return f"Free memory has changed: {gib(done.free)} now, {gib(done.was)} before.{change}"


def _over(done: Result, says: str = "Still over") -> str:
    """What to press where a plan does not fit; empty where it does."""
    over = isinstance(done, Changed) and done.after.fit == "over"
    return f" {says}: F5 tells what fits, Enter there takes it." if over else ""


def _added(added: int | None) -> str:
    """`" (-3.4 GiB)"`; nothing where it is less than can be shown."""
    return "" if added is None or abs(added) < 0.05 * GIB else f" ({added / GIB:+.1f} GiB)"
