"""Every key of the schema can be set at `--plain` in a line, is written where it belongs, and is read again as it was.

A sample of them is tried here; `python -m scripts.every_key` tries all, and every_key.json has its counts.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.every_key import VERSIONS, tried
from tests.session.test_every_key import BASE
from wizard.domain.plan import Plan
from wizard.domain.version import parse_version
from wizard.questions.every_key import every

TOLD = json.loads(Path(__file__).with_name("every_key.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "begin"), [("0.19", 7), ("0.20", 11), ("0.21", 19)])
def test_a_key_is_set_written_where_it_belongs_and_read_again(name: str, begin: int) -> None:
    count, wrong = tried(name, slice(begin, None, 40))
    assert count > 8
    assert wrong == []


def test_all_of_them_were_tried() -> None:
    there = {name: len(every(Plan(BASE).for_axolotl(parse_version(name)))) for name in VERSIONS}
    assert {name: told["keys"] for name, told in TOLD.items()} == there
    assert all(told["wrong"] == [] for told in TOLD.values())
