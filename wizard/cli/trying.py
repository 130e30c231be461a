"""`memwizard run --smoke`: the worst case for a few steps, and whether the run would hold."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.plan import Plan
    from wizard.domain.receipt import Receipt
    from wizard.output.text.run import Expected


@contextlib.contextmanager
def tried(config: str, plan: Plan, text: str) -> Iterator[tuple[str, str]]:
    """A config for the try and its text, in a folder that is taken away afterwards.

    It stands beside the output folder of the plan, on the disk that the run would write to. Raises InputError where it
    can't be made.
    """
    from wizard.fit.smoke import smoke_changes
    from wizard.world.rewrite import rewrite

    try:
        folder = Path(tempfile.mkdtemp(prefix=".memwizard-smoke-", dir=_beside(str(plan.get("output_dir") or "."))))
    except OSError as error:
        raise InputError(f"no folder for the try can be made: {error.strerror or error}", file=config) from None
    try:
        made = rewrite(text, smoke_changes(plan, str(folder / "out")), config)
        file = folder / "smoke.yml"
        file.write_text(made, encoding="utf-8", errors="surrogateescape")
        yield str(file), made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _beside(output: str) -> str:
    """The nearest folder above an output folder that is there, and may be written to."""
    place = Path(os.path.abspath(output)).parent
    while not place.is_dir():
        place = place.parent
    return str(place) if os.access(place, os.W_OK) else "."


def verdict(receipt: Receipt, expected: Expected, file: str, *, evaluates: bool) -> tuple[str, int]:
    """Whether the run would hold, with figures, and the exit code: 0 for yes, else that of the run, or 1."""
    from wizard.domain.units import gib
    from wizard.fit.smoke import STEPS

    names = {one.name for one in receipt.phases}
    absent = [word for word in ("evaluation",) if evaluates and word not in names]
    if receipt.code == 0 and (receipt.steps or 0) >= STEPS and not absent:
        held = f"the fullest GPU held {gib(receipt.gpu)} at the most" if receipt.gpu is not None else ""
        of = f" of {gib(expected.total)}" if held and expected.total is not None else ""
        room = _size(Path(file).parent)
        parts = [f"{STEPS} steps with full rows", *(["an evaluation"] if evaluates else []), "a save"]
        told = [", ".join(parts[:-1]) + f" and {parts[-1]} went through", held + of, f"{gib(room)} on disk"]
        return "yes: " + "; ".join(filter(None, told)), 0
    if receipt.code:
        said = f"no: it ended with exit code {receipt.code}, after {receipt.steps or 0} of {STEPS} steps"
        return said, receipt.code
    return f"not shown: {receipt.steps or 0} of {STEPS} steps" + (f", without {absent[0]}" if absent else ""), 1


def _size(folder: Path) -> int:
    """Bytes of all files in it."""
    found = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            found += path.lstat().st_size if path.is_file() else 0
    return found
