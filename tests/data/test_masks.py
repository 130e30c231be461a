"""What is learned of a row is what the real Axolotl learns of it: recorded by `python -m scripts.masks`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.masks.cases import MaskCase, cases
from wizard.data.seen import Marking, seen
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.templates import source_of_template, texts_of_templates
from wizard.world.jinja import message_keys, renderer

DAY = re.compile(r"(?<=Today Date: )\d\d \w{3} \d{4}|(?<=current date is )\d{4}-\d\d-\d\d")
"""Templates tell the day of the run."""
CASES = {one.id: one for one in cases()}
TOLD: dict[str, list[list[object]] | str] = json.loads(Path(__file__).with_name("masks.json").read_text("utf-8"))


def marking(case: MaskCase) -> Marking:
    """How a case's conversations are marked."""
    text = source_of_template(case.template) or ""
    render, why = renderer(text, {"bos_token": "<s>", "eos_token": case.eos})
    assert render is not None, why
    return Marking(render, message_keys(text), frozenset(case.marks), case.eos)


def test_every_case_is_recorded_and_most_rows_are_read() -> None:
    assert list(CASES) == list(TOLD)
    read = [name for name, told in TOLD.items() if not isinstance(told, str)]
    assert len({CASES[name].template for name in read}) > 30


@pytest.mark.parametrize("name", CASES)
def test_what_is_learned_is_what_axolotl_learns(name: str) -> None:
    case, told = CASES[name], TOLD[name]
    found = seen(case.row, case.entry, Plan(case.plan), marking(case))
    if isinstance(told, str):
        assert found.why
        return
    assert not found.why
    pieces = [[DAY.sub("the day", one.text), one.kind == "learned"] for one in found.pieces]
    if not case.template and told[0] == ["<s>", False]:
        told = told[1:]
    assert pieces == [[DAY.sub("the day", str(text)), learned] for text, learned in told]


def test_what_a_template_refuses_is_what_axolotl_stopped_at() -> None:
    role = {"system": "system", "tools": "tool"}
    stopped = {(case.template, role[name.split()[2]]) for name, case in CASES.items() if isinstance(TOLD[name], str)}
    known = {(name, one) for name, template in texts_of_templates().items() for one in template.refuses}
    assert stopped == known
