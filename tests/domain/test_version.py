"""Versions of Axolotl."""

from __future__ import annotations

import pytest

from wizard.domain.plan import Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.versions import known, nearest, newest, of_plan


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("0.21", Version(0, 21)),
        ("0.21.0", Version(0, 21)),
        ("v0.20.1", Version(0, 20)),
        ("0.22.0.dev0", Version(0, 22)),
        ("0.9.1.post1", Version(0, 9)),
        ("new", None),
        ("21", None),
        ("", None),
        ("0.21; rm", None),
    ],
)
def test_a_version_is_its_first_two_numbers(text: str, version: Version | None) -> None:
    assert parse_version(text) == version


def test_a_plan_is_for_the_newest_unless_it_says_otherwise() -> None:
    assert of_plan(Plan({})) == newest() == known()[-1]
    assert of_plan(Plan({}, axolotl=known()[0])) == known()[0]
    assert Plan({"a": 1}, axolotl=Version(0, 5)).changed({"a": 2}).axolotl == Version(0, 5)


def test_a_version_without_facts_takes_the_nearest_older_one() -> None:
    assert nearest(Version(0, 1)) == known()[0]
    assert nearest(Version(9, 0)) == newest()
