"""Ten thousand random and hostile documents: never a traceback, in bounded time."""

from __future__ import annotations

import contextlib
import random

import pytest

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.fields import fields
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.gpus import named_machine
from wizard.review import review
from wizard.world.yamlfile import parse

KEYS = sorted(fields(newest()))
SCRAPS = [
    *("true", "no", "~", "1e9", "0x1F", "1_000", ".inf", "-.nan", "2026-11-24", "'", '"', "[", "]", "{", "}", "&a"),
    *("*a", "!!python/object:os.system x", "!!binary aGk=", "? x", "- - -", ": : :", "|", ">", "%YAML 1.1", "---"),
    *("...", "\t", "<<: *a", "\x07", "é", "\u2028", "\ufeff", "0.1", "-1", "9" * 400, "a" * 300, "[1, [2, [3]]]"),
    *("{a: {b: {c: 1}}}", "[[[[[[[[", "qlora", "lora", "auto", "q_proj", "null", "Qwen/Qwen3-0.6B", "grpo", "0"),
]


def document(dice: random.Random) -> str:
    """Some lines: keys that Axolotl has, with values that make sense, or not, or are no YAML."""
    lines = []
    for _ in range(dice.randint(0, 9)):
        kind = dice.random()
        if kind < 0.93:
            lines.append(f"{dice.choice(KEYS)}: {dice.choice(SCRAPS)}")
        elif kind < 0.97:
            lines.append(f"{' ' * dice.randint(0, 6)}- {dice.choice(SCRAPS)}")
        else:
            lines.append("".join(dice.choice(SCRAPS) for _ in range(3)))
    return "\n".join(lines)


@pytest.mark.timeout(600)
def test_no_document_is_too_much() -> None:
    dice = random.Random(7)
    machines = [named_machine("rtx-4090"), named_machine("2xa100-80gb"), None]
    read = 0
    for number in range(10_000):
        with contextlib.suppress(InputError):
            plan = Plan(parse(document(dice), "x.yml").values)
            read += 1
            review(plan, None, machines[number % 3])
    assert read > 1500
