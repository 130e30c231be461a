"""A rule that holds of some versions of Axolotl is asked of no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wizard.axolotl.effective import effective
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import known, newest
from wizard.rules.registry import Rule, Subject, rule


def _subject(version: Version) -> Subject:
    plan = Plan({"lora_r": 1}, axolotl=version)
    return Subject(plan, effective(plan, None, None), None, None, None, lambda: ())


def _made(since: str | None, until: str | None) -> Rule:
    @rule("MW999", "some-rule", "hint", axolotl_since=since, axolotl_until=until)
    def some_rule(self: Rule, subject: Subject) -> Iterator[Finding]:
        """Always."""
        yield self.finding("here", "lora_r", plan=subject.plan)

    return some_rule


def test_it_speaks_within_its_bounds_alone() -> None:
    now = newest()
    later = f"{now.major}.{now.minor + 1}"
    assert list(_made(None, None).check(_subject(now)))
    assert list(_made(str(known()[0]), str(now)).check(_subject(now)))
    assert not list(_made(later, None).check(_subject(now)))
    assert not list(_made(None, "0.1").check(_subject(now)))


def test_a_bound_that_is_no_version_is_an_error_of_the_author() -> None:
    with pytest.raises(ValueError, match="'soon' is no version"):
        _made("soon", None)
