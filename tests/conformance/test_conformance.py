"""memwizard agrees with the real Axolotl: asked now, and as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.compare import Agreement, agreement
from tests.conformance.families import family_cases
from tests.conformance.generate import changed_blocks, nested_cases
from tests.conformance.judged import ask, changed_inside, drawn, recorded
from tests.picked import picked
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.versions import known
from wizard.review import review

EACH = pytest.mark.parametrize("version", known(), ids=str)


def unknown_inside(config: dict[str, Any], version: Version) -> Iterator[str]:
    """The keys of its blocks that no model of this Axolotl has, where a value would have been read."""
    names = {name for model in data(version)["defs"].values() for name in model.get("properties", {})}
    for key, value in config.items():
        block = value[0] if isinstance(value, list) else value
        for name in block if isinstance(block, dict) and key in changed_blocks(version) else ():
            if name not in names and block[name] is not None:
                yield f"{key}[0].{name}" if block is not value else f"{key}.{name}"


def holds(found: Agreement) -> None:
    text = found.report()
    assert found.refusals_found >= 0.995 * found.refusals, text
    assert found.warnings_found >= 0.98 * found.warnings, text
    assert found.unknown_found == found.unknown, text
    assert found.errors_invented <= 0.005 * found.errors_said, text
    assert found.warnings_invented <= 0.02 * found.warnings_said, text


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_configs_judged_twice() -> None:
    assert len(drawn()) >= 500
    holds(agreement(drawn()))


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_hundreds_of_changes_inside_blocks_judged_twice() -> None:
    holds(agreement(changed_inside()))


@EACH
def test_every_unknown_key_inside_a_block_is_told(version: Version) -> None:
    silent = [
        (case.origin, path)
        for case in nested_cases(version=version)
        for path in unknown_inside(case.config, version)
        if not any(path in one.fields for one in review(Plan(case.config, axolotl=version), None).findings)
    ]
    assert not silent


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_hundreds_of_a_family_judged_twice() -> None:
    asked = picked(family_cases(seed=3), 3)
    holds(agreement(zip(asked, ask(asked), strict=True)))


@pytest.mark.timeout(600)
@EACH
def test_the_record_still_holds(version: Version) -> None:
    pairs = recorded(version)
    assert len(pairs) >= 2600
    holds(agreement(pairs, version))
