"""Every rule says around its examples what is recorded of it: `python -m scripts.neighbours` writes that anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scripts.neighbours.around import cases
from scripts.neighbours.outcome import changed, outcome
from scripts.neighbours.record import Line, grouped, recorded
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

_of_topic = cache(recorded)


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_around_its_examples_a_rule_says_what_it_said(rule: Rule, tmp_path: Path) -> None:
    lines = _of_topic(rule.topic).get(rule.code)
    assert lines, f"nothing is recorded: run `python -m scripts.neighbours {rule.code}` and read what it wrote"
    now = heard(rule, lines, tmp_path)
    assert now == [line.written() for line in lines], (
        f"if this is meant, run `python -m scripts.neighbours {rule.code}` and read the difference"
    )


def heard(rule: Rule, lines: tuple[Line, ...], folder: Path) -> list[str]:
    """The same neighbours as lines of what the rule says now."""
    bases = cases(rule, folder)
    tried = []
    for line in lines:
        base = bases[line.base]
        for value in line.values or (None,):
            case = changed(base, line.key, value) if line.key else base
            tried.append((line.base, line.key, value, outcome(rule, case)))
    return [line.written() for line in grouped(tried)]
