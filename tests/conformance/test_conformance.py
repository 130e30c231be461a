"""memwizard agrees with the real Axolotl: asked now, and as recorded."""

from __future__ import annotations

import pytest

from tests.conformance.compare import Agreement, agreement
from tests.conformance.families import family_cases
from tests.conformance.generate import cases, nested_cases
from tests.conformance.judged import ask, recorded
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import known

EACH = pytest.mark.parametrize("version", known(), ids=str)


def holds(found: Agreement) -> None:
    text = found.report()
    assert found.refusals_found >= 0.99 * found.refusals, text
    assert found.warnings_found >= 0.97 * found.warnings, text
    assert found.unknown_found == found.unknown, text
    assert found.errors_invented <= 0.005 * found.errors_said, text
    assert found.warnings_invented <= 0.02 * found.warnings_said, text


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_two_thousand_configs_judged_twice() -> None:
    asked = list(cases(2000))
    assert len(asked) >= 2000
    holds(agreement(zip(asked, ask(asked), strict=True)))


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_hundreds_of_changes_inside_blocks_judged_twice() -> None:
    asked = list(nested_cases())
    holds(agreement(zip(asked, ask(asked), strict=True)))


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_hundreds_of_a_family_judged_twice() -> None:
    asked = list(family_cases(seed=3))
    holds(agreement(zip(asked, ask(asked), strict=True)))


@pytest.mark.timeout(600)
@EACH
def test_the_record_still_holds(version: Version) -> None:
    pairs = recorded(version)
    assert len(pairs) >= 2600
    holds(agreement(pairs, version))
