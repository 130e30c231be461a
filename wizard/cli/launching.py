"""`--launch`: what starts the config, and what the config has to say for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wizard.output.launch.catalogue import KINDS, files
from wizard.output.launch.launch import launch_of
from wizard.review import Review, review


@dataclass(frozen=True, slots=True)
class Start:
    """The files by name, and what to type."""

    texts: dict[str, str]
    command: str


def launched(kind: str, judged: Review, output: str, named: Collection[str]) -> tuple[Review, Start]:
    """The review with the fields that this launch asks for, and the launch. `named`: fields that stay as they are."""
    launch = launch_of(judged, output)
    changes = {name: value for name, value in KINDS[kind].changes(launch).items() if name not in named}
    if changes:
        judged = review(judged.plan.changed(changes), judged.model, judged.machine)
    return judged, Start(files(kind, launch, judged.plan), KINDS[kind].command(launch))
