"""What is said of Axolotl beside a finding, that it warns or refuses, is what it did with the recorded configs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance.compare import BY_CODE, MISSING, machine_of
from tests.conformance.judged import recorded
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import known
from wizard.review import refused, review

ENOUGH = 600


@pytest.mark.parametrize("version", known(), ids=str)
def test_axolotl_does_what_is_said_of_it(version: Version) -> None:
    true, untrue = 0, Counter[str]()
    for case, answer in recorded(version):
        if any(text.startswith(MISSING) for text in answer["errors"]):
            continue
        findings = review(Plan(case.config, axolotl=version), None, machine_of(case.machine)).findings
        stops = refused(findings)
        assert not stops or answer["errors"], f"{case.origin} is refused by nobody"
        for one in findings:
            if not one.quoted or (one.severity != "error" and stops):
                continue
            said = answer["errors"] if one.severity == "error" else answer["warnings"]
            heard = bool(said) if one.severity == "error" else _quoted(one.code, said)
            true += heard
            if not heard and not (answer["errors"] and one.severity != "error"):
                untrue[f"{one.code} {one.severity} [{case.origin}]: {one.message[:80]}"] += 1
    assert not untrue, untrue.most_common(10)
    assert true > ENOUGH


def _quoted(code: str, said: list[str]) -> bool:
    return any(piece in text for piece in BY_CODE[code].quotes for text in said)
