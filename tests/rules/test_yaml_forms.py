"""What people are told of their values is told as YAML writes it: `false`, `null`, `{path: x}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.picked import picked
from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml, quoted
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.meanings import meanings
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.gpus import named_machine
from wizard.review import review
from wizard.world.models import resolve

BASE: dict[str, object] = {
    "base_model": "HuggingFaceTB/SmolLM2-135M",
    "learning_rate": 1e-4,
    "datasets": [{"path": "d", "type": "alpaca"}],
    "micro_batch_size": 1,
    "gradient_accumulation_steps": 1,
}
LORA: dict[str, object] = {"adapter": "lora", "lora_r": 8, "lora_alpha": 16, "lora_target_linear": True}
VALUES: tuple[object, ...] = (
    True,
    False,
    None,
    {"path": None, "on": True},
    ["a", True, None],
    [{"path": "x", "y": False}],
)
IN_PYTHON = re.compile(r"\b(?:True|False|None|NoneType|OrderedDict)\b|\{'|\['|'\]|<class|\bdict\(")
KEYS = tuple(dict.fromkeys((*fields(known()[-1]), *plugin_fields(known()[-1]), *meanings(), "of_nobody")))


def told(plan: Plan) -> Iterator[tuple[str, str]]:
    """The code and each sentence of what is found."""
    found = review(plan, resolve("HuggingFaceTB/SmolLM2-135M"), named_machine("2xrtx-4090")).findings
    for one in found:
        yield one.code, one.message
        if one.fix is not None:
            yield from ((one.code, said) for said in (one.fix.says, one.fix.decide))


@pytest.mark.parametrize("part", picked(range(8), 3))
def test_no_value_is_shown_as_python_does(part: int) -> None:
    wrong = {
        (key, code, said[:200])
        for key in KEYS[part::8]
        for value in VALUES
        for beside in ({}, LORA)
        for code, said in told(Plan({**BASE, **beside, key: value}))
        if IN_PYTHON.search(said)
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (True, "true"), (None, "null"), (["a b", 1.5], "[a b, 1.5]"), ([], "[]"), ({}, "{}"), (float("inf"), ".inf"),
        ({"path": None, "on": "yes"}, '{path: null, "on": "yes"}'), ("yes", "yes"),
        (["yes", "1e-4", "", "a: b"], '["yes", "1e-4", "", "a: b"]'),
    ],
)  # fmt: skip
def test_the_form(value: object, form: str) -> None:
    assert in_yaml(value) == form
    assert quoted(value) == (f"'{form}'" if isinstance(value, str) else form)
