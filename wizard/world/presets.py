"""The presets that come with memwizard, and a person's own beside them."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tomli

from wizard.domain.errors import InputError
from wizard.domain.nearest import did_you_mean
from wizard.domain.preset import Preset
from wizard.world.configs import plan_of, read_plan
from wizard.world.places import presets_folder
from wizard.world.preferences import preferences


def _shipped_folder() -> Path:
    """The packaged folder; in an editable install the one at the top of the repository."""
    packaged = Path(__file__).parents[1] / "presets"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "presets"


@cache
def shipped() -> tuple[Preset, ...]:
    """The presets of the index, in its order."""
    return tuple(found for name in shipped_names() if (found := shipped_one(name)) is not None)


def shipped_names() -> tuple[str, ...]:
    """Their names."""
    return tuple(row["name"] for row in _index()["preset"])


@cache
def _index() -> dict[str, Any]:
    return tomli.loads(_shipped_folder().joinpath("index.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def shipped_one(name: str) -> Preset | None:
    """One of them, read without the others; None where there is none of this name."""
    row = next((row for row in _index()["preset"] if row["name"] == name), None)
    if row is None:
        return None
    plan = plan_of(_shipped_folder().joinpath(f"{name}.yml").read_text(encoding="utf-8"), f"{name}.yml")
    return Preset(
        name=name,
        title=row["title"],
        for_whom=row["for"],
        gpu=row["gpu"],
        model=str(plan.get("base_model")),
        axolotl=_index()["axolotl"],
        plan=plan,
    )


def own_folder() -> Path:
    """Where the person's presets are: the folder that their settings name, else memwizard's own."""
    return preferences().presets.value or presets_folder()


def _own_files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.y*ml"))
    except OSError:  # a folder this person may not read
        return []


def own(folder: Path | None = None) -> tuple[Preset, ...]:
    """The person's presets: every .yml in their folder that can be read; others are left out."""
    found = []
    for path in _own_files(folder or own_folder()):
        try:
            plan = read_plan(str(path))
        except InputError:
            continue
        model = plan.get("base_model")
        found.append(
            Preset(
                path.stem,
                f"your preset {path.stem}",
                str(path),
                None,
                str(model) if model else None,
                None,
                plan,
                own=True,
            )
        )
    return tuple(found)


def presets() -> tuple[Preset, ...]:
    """A person's own first (they hide shipped ones of the same name), then the shipped ones."""
    mine = own()
    names = {preset.name.lower() for preset in mine}
    return (*mine, *(preset for preset in shipped() if preset.name not in names))


def preset(name: str) -> Preset:
    """The preset of this name. Raises InputError with the nearest one."""
    if not _own_files(own_folder()) and (one := shipped_one(name.lower())) is not None:
        return one  # so the others are not read
    found = {one.name.lower(): one for one in presets()}
    if name.lower() not in found:
        for path in _own_files(own_folder()):
            if path.stem.lower() == name.lower():
                read_plan(str(path))  # says why it is not among them
        raise InputError(f"there is no preset '{name}'.{did_you_mean(name, found)} `memwizard presets` lists them.")
    return found[name.lower()]
