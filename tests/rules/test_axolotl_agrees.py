"""Every rule that quotes Axolotl is judged by it: it says so of a bad example, and of no good one."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.axolotl.real import judge
from tests.conformance.compare import MISSING
from tests.rules.examples import Example, examples
from wizard.domain.version import Version
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

Answer = dict[str, Any]


def judged(rules: list[Rule], folder: Path) -> list[tuple[Example, Answer]]:
    """Every example of these rules with Axolotl's answer; one run for each set of capabilities."""
    groups: dict[tuple[Version, tuple[tuple[str, str], ...]], list[Example]] = defaultdict(list)
    for one in rules:
        for example in examples(one):
            groups[example.axolotl, example.capabilities].append(example)
    found = []
    for number, ((version, capabilities), group) in enumerate(groups.items()):
        paths = []
        for index, example in enumerate(group):
            paths.append(folder / f"{number}-{index}-{example.rule.code}.yml")
            paths[-1].write_text(yaml.safe_dump(example.whole, sort_keys=False))
        found += list(zip(group, judge(*paths, version=version, **dict(capabilities)), strict=True))
    return found


def disagreements(rules: list[Rule], folder: Path) -> list[str]:
    """What does not hold, a line each."""
    wrong, silent, quoted = [], dict[str, str](), set[str]()
    for example, answer in judged(rules, folder):
        code, said = example.rule.code, [*answer["errors"], *answer["warnings"]]
        heard = any(piece in text for piece in example.rule.quotes for text in said)
        if heard and example.bad:
            quoted.add(code)
        elif example.bad:
            silent[code] = f"{code} bad{example.words}: Axolotl says {said}"
        elif heard:
            wrong.append(f"{code} good{example.words}: Axolotl says {said}")
        missing = any(text.startswith(MISSING) for text in answer["errors"])  # a package is not here
        if not example.bad and answer["errors"] and not missing:
            wrong.append(f"{code} good{example.words} is refused: {answer['errors']}")
    return [*wrong, *(text for code, text in silent.items() if code not in quoted)]


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_axolotl_says_what_the_rules_quote(tmp_path: Path) -> None:
    quoting = [rule for rule in every_rule() if rule.quotes]
    assert not disagreements(quoting, tmp_path)


if __name__ == "__main__":  # python -m tests.rules.test_axolotl_agrees MW110 MW111
    import tempfile

    wanted = [rule for rule in every_rule() if rule.quotes and (not sys.argv[1:] or rule.code in sys.argv[1:])]
    with tempfile.TemporaryDirectory() as folder:
        lines = disagreements(wanted, Path(folder))
    sys.stdout.write("\n".join([*lines, f"{len(wanted)} rules, {len(lines)} disagreements"]) + "\n")
