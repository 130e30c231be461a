"""What memwizard stands on: versions that are allowed and tried, and licences that are listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [Requirement(one) for one in (*PROJECT["dependencies"], *EXTRAS["test"])]
LICENCE = re.compile(r"^\| ([a-z0-9-]+) \| (.+?) \| (.+) \|$", re.MULTILINE)
PERMISSIVE = re.compile(r"(MIT(-0)?|Apache-2\.0|BSD-[23]-Clause|PSF-2\.0|ISC|MPL-2\.0|0BSD|Unlicense)( (AND|OR) |$)")


def pinned(name: str) -> dict[str, set[str]]:
    """The versions of each package in a file of constraints; one may differ by Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / ".ci" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            one = Requirement(line)
            found.setdefault(canonicalize_name(one.name), set()).update(pin.version for pin in one.specifier)
    return found


@pytest.mark.parametrize("name", ["lock", "lowest"])
def test_each_dependency_is_pinned_within_its_bounds(name: str) -> None:
    pins = pinned(name)
    for one in ASKED:
        versions = pins.get(canonicalize_name(one.name))
        assert versions, f"{one} is not in {name}.txt: its head says how it is made anew"
        assert all(one.specifier.contains(version) for version in versions), f"{one} in {name}.txt: {versions}"


def test_the_lowest_are_lower() -> None:
    lowest, lock = pinned("lowest"), pinned("lock")
    for name in ("click", "platformdirs", "pydantic", "pyyaml", "tomli", "nvidia-ml-py"):
        assert lowest[name] != lock[name]


def needed(names: list[str], extras: set[str], seen: set[str]) -> Iterator[str]:
    """What is installed of these and of all that they need."""
    for one in map(Requirement, names):
        name = canonicalize_name(one.name)
        asked = not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        if asked and name not in seen:
            seen.add(name)
            try:
                inner = requires(name) or []
            except PackageNotFoundError:
                continue
            yield name
            yield from needed(inner, one.extras, seen)


def test_every_package_that_may_come_along_is_listed_with_its_licence() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").partition("## What it stands on")[2]
    listed = {name: licence for name, licence, _ in LICENCE.findall(page)[1:]}
    names = [*PROJECT["dependencies"], *(one for extra in ("hub", "data", "lsp", "mcp") for one in EXTRAS[extra])]
    installed = set(needed(names, set(), set()))
    assert {"click", "textual", "rich"} <= installed
    assert installed - set(listed) == set()
    assert {name: licence for name, licence in listed.items() if not PERMISSIVE.match(licence)} == {}
