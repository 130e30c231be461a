"""Architectures that Axolotl takes and that die in training; unfit.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wizard.domain.version import Version, parse_version
from wizard.knowledge.load import toml

Unless = Literal["cut", "images", "text", "remote"]


@dataclass(frozen=True, slots=True)
class Unfit:
    """`unless`: what a plan has that does train. `why`: how it dies, in words."""

    unless: Unless
    why: str


def unfit(kind: str | None, version: Version) -> Unfit | None:
    """What is known of a model_type in a version of Axolotl; None where nothing is."""
    for row in toml("axolotl/unfit")["unfit"]:
        since, until = (parse_version(str(row.get(key, ""))) for key in ("since", "until"))
        if kind in row["types"] and (since is None or since <= version) and (until is None or version <= until):
            return Unfit(row["unless"], row["why"])
    return None


def reads_images_itself(template: object) -> bool:
    """Whether a chat template decides who reads the images, whatever the processor."""
    return template in toml("axolotl/unfit")["own_readers"]
