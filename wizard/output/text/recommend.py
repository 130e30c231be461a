"""Models to begin with, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from wizard.domain.machine import Machine
from wizard.domain.units import billions, gib
from wizard.fit.recommend import Sought, Suggestion
from wizard.knowledge.models.recommended import recommended_date

_WIDTH = 79
_METHODS = {"full": "full", "lora": "LoRA", "qlora": "QLoRA"}
_FOR = {"base": "text that goes on", "instruct": "chat and instructions", "vision": "images", "sound": "sound",
        "code": "code"}  # fmt: skip


def recommended_text(machine: Machine, wish: Sought, found: Sequence[Suggestion], others: Sequence[Suggestion]) -> str:
    """The models that suit, each with its figure and why; then what else of the catalogue fits."""
    each = " on each" if machine.count > 1 else ""
    head = f"What to train on {machine.title}, {gib(machine.free_bytes)} free{each}"
    lines = [fill(f"{head}: {_FOR[wish.kind]}, rows of {wish.length:,} tokens", _WIDTH), ""]
    for one in found:
        lines += _suggestion(one)
    if not found:
        lines += ["None of the models that are recommended for this fits.", ""]
    lines.append(f"(recommended as of {recommended_date()}; licences and contexts as the models' cards tell them)")
    if others:
        widest = max(len(one.id) for one in others)
        lines += ["", "What else of the catalogue fits, the largest first"]
        lines += [f"  {one.id:<{widest}}  {_figures(one)}" for one in others]
    return "\n".join(lines)


def _figures(one: Suggestion) -> str:
    return f"{billions(one.model.parameters):>6}  {_METHODS[one.method]:<5}  {gib(one.found.estimate.device.likely)}"


def _suggestion(one: Suggestion) -> list[str]:
    row = one.row
    facts = f"{row.licence}, {row.year}, {row.context // 1024}k tokens" if row is not None else ""
    return [
        f"  {one.id}",
        f"    {_figures(one).strip()}; {facts}",
        *([fill(row.why, _WIDTH, initial_indent="    ", subsequent_indent="    ")] if row is not None else []),
        "",
    ]
