"""A runnable Axolotl config that a plan starts from."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Preset:
    """`gpu`: the least machine, as a person names one; `for_whom`: one line; `own`: the person's."""

    name: str
    title: str
    for_whom: str
    gpu: str | None
    model: str | None
    axolotl: str | None
    plan: Plan
    own: bool = False
