"""What a run may need beside Axolotl itself; packages.toml, typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.domain.version import Version, parse_version
from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class RunPackage:
    """`package`: its name as pip lists it. `command`: what installs it. `note`: where the run may do without it.

    `plugin`: the plugin of Axolotl's that asks for it ("" for none), `when`: where one of these keys is on (none:
    always), `unless_off`: but where this one is off. `dies`: when the run stops without it. `types`: the
    model_type of the architectures that ask for it.
    """

    package: str
    command: str
    note: str = ""
    plugin: str = ""
    when: tuple[str, ...] = ()
    unless_off: str = ""
    dies: str = ""
    types: tuple[str, ...] = ()


def run_package(identity: str, version: Version) -> RunPackage | None:
    """What is needed under this id by a version of Axolotl; None where it needs nothing."""
    return next((found for name, found in _of(version) if name == identity), None)


def plugin_packages(version: Version) -> tuple[RunPackage, ...]:
    """What the plugins of a version of Axolotl ask for beside it."""
    return tuple(found for _, found in _of(version) if found.plugin)


def type_packages(kind: str | None, version: Version) -> tuple[RunPackage, ...]:
    """What an architecture asks for beside a version of Axolotl."""
    return tuple(found for _, found in _of(version) if kind in found.types)


def _of(version: Version) -> Iterator[tuple[str, RunPackage]]:
    for row in toml("axolotl/packages")["package"]:
        since, until = (parse_version(str(row.get(key, ""))) for key in ("since", "until"))
        if (since is None or since <= version) and (until is None or version <= until):
            told = {key: row[key] for key in ("note", "plugin", "unless_off", "dies") if key in row}
            when, types = tuple(row.get("when", ())), tuple(row.get("types", ()))
            yield row["id"], RunPackage(row["package"], row["command"], when=when, types=types, **told)
