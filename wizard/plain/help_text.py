"""What is told at the beginning and by `help`."""

from __future__ import annotations

from wizard.domain.version import Version
from wizard.plain.commands import ORDERS
from wizard.questions import steps

SHORTLY = (
    "Words that work at every prompt: ? explains the question, back goes to the one before, step 4 to a step, "
    "fix takes the first fix, fix all every safe one, undo and redo, memory, fit tells what would fit best, data, "
    "findings, yaml shows the file, write goes to the end, quit leaves, help tells more."
)
_MEANINGS = (
    "To give one of these words, or a number, as text, put = before it: =back is the text back.",
    "fits: even the high figure is below what is free now. tight: the likely figure is, the high one is not. "
    "over: the likely figure is more than what is free.",
    "GiB: 2^30 bytes, as nvidia-smi counts. Phase: load, forward, backward, optimizer, eval or save; the worst "
    "one decides.",
)


def greeting(version: Version, many: int) -> list[str]:
    """What is said first."""
    return [
        f"memwizard asks one question after the other, in {steps.counted(many)} steps, and writes a config for Axolotl "
        f"{version} at the end. After each change it tells how much GPU memory the training needs and whether that "
        "fits.",
        "Enter keeps the answer in brackets. A number takes an answer from a list.",
    ]


def help_lines(many: int) -> list[str]:
    """Every word on a line of its own, then what the others mean. `many`: how many steps there are."""
    words = [f"  {word}: {about.format(last=many)}" for word, about in ORDERS.items()]
    return ["Words that work at every prompt:", *words, *_MEANINGS]
