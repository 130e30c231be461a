"""What to say and to type once a file is written."""

from __future__ import annotations

from shlex import quote

from wizard.domain.text import sentence
from wizard.domain.units import gib
from wizard.review import Review

_OF_MEMORY = frozenset({"MW901"})
"""Says that the plan does not fit: that has a sentence of its own."""


def commands(path: str) -> str:
    """The commands that come next, one a line."""
    return f"axolotl preprocess {quote(path)}\naxolotl train {quote(path)}"


def trial(path: str, review: Review, *, axolotl: bool) -> str:
    """How to try a written file for two minutes, or why that can't be done here. `axolotl`: whether it is installed."""
    machine, command = review.machine, f"memwizard run {quote(path)} --smoke"
    if not axolotl:
        why = "Axolotl is not installed here"
    elif machine is None or machine.origin != "probed":
        why = "it is for another machine" if machine is not None and machine.gpus else "no GPU is known here"
    elif not machine.gpus:
        why = "no GPU is here"
    elif any(one.severity == "error" for one in review.findings):
        why = "errors are left in it"
    else:
        return f"try it for two minutes first, with full rows, an evaluation and a save:\n    {command}"
    return f"it can't be tried from here: {why}; where it will run, `{command}` takes two minutes"


def doubt(review: Review) -> str:
    """What to say of a plan that may not run, a sentence a line; empty where nothing speaks against it."""
    return "\n".join(filter(None, (_errors(review), _memory(review))))


def before_writing(review: Review, mend: str) -> str:
    """What is left in a plan that is about to be written, and, where it does not fit, what mends that: `mend`."""
    left = doubt(review)
    return f"{left}\n{mend}" if review.fit == "over" else left


def _errors(review: Review) -> str:
    """The first error beside those of memory, and how many others there are."""
    found = [one for one in review.findings if one.severity == "error" and one.code not in _OF_MEMORY]
    if not found:
        return ""
    others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"✗ An error is left in it{others}: {found[0].code}: {sentence(found[0].message)}"


def _memory(review: Review) -> str:
    estimate, free = review.estimate, review.machine.free_bytes if review.machine else None
    if estimate is None or review.fit not in ("over", "tight"):
        return ""
    if review.fit == "over":
        return f"✗ It does not fit: it needs {gib(estimate.device.likely)}, {gib(free)} are free. Training will fail."
    need = f"likely {gib(estimate.device.likely)}, at most {gib(estimate.device.high)}"
    return f"~ It may not fit: {need}, {gib(free)} are free."
