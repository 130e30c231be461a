"""What a run may need beside Axolotl itself; packages.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.version import Version, parse_version
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class RunPackage:
    """`package`: its name as pip lists it. `command`: what installs it. `note`: where the run may do without it."""

    package: str
    command: str
    note: str = ""


def run_package(identity: str, version: Version) -> RunPackage | None:
    """What is needed under this id by a version of Axolotl; None where it needs nothing."""
    for row in toml("axolotl/packages")["package"]:
        since, until = (parse_version(str(row.get(key, ""))) for key in ("since", "until"))
        late, early = since is None or since <= version, until is None or version <= until
        if row["id"] == identity and late and early:
            return RunPackage(row["package"], row["command"], row.get("note", ""))
    return None
