"""The versions of Axolotl that there are facts of; versions.toml, typed."""

from __future__ import annotations

from functools import cache

from wizard.domain.plan import Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.load import toml


@cache
def known() -> tuple[Version, ...]:
    """Those that there are facts of, the oldest first."""
    found = [parse_version(text) for text in toml("axolotl/versions")["versions"]]
    return tuple(sorted(version for version in found if version is not None))


def newest() -> Version:
    """The newest of them: what a plan is for that names none."""
    return known()[-1]


def nearest(version: Version) -> Version:
    """The known version whose facts come nearest: the newest that is not newer, else the oldest."""
    return max((one for one in known() if one <= version), default=known()[0])


def of_plan(plan: Plan) -> Version:
    """The known version that a plan is judged by."""
    return newest() if plan.axolotl is None else nearest(plan.axolotl)
