"""What starts a run, and what the config has to say for it: one orchestration for every face and command."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.output.launch.catalogue import KINDS, files
from wizard.output.launch.launch import launch_of
from wizard.questions.question import Situation
from wizard.questions.steps import shown, where
from wizard.review import Review


@dataclass(frozen=True, slots=True)
class Start:
    """The files of a launch by name, what to type, and the fields that the config has to have for it."""

    kind: str
    texts: Mapping[str, str]
    command: str
    changes: Mapping[str, object]


def start(kind: str, review: Review, config: str, stays: Collection[str] = ()) -> Start:
    """What starts the reviewed plan, once it is in the file `config`. `stays`: fields that are not to be changed.

    Raises InputError where that file has no name, no GPU is known, or the plan can't be started so.
    """
    if config in ("", "-"):
        at = where("review", shown(Situation(review.plan, review.model, review.machine)))
        raise InputError(f"name the config's file first, at {at}: what starts it stands beside it")
    launch = launch_of(review, config)
    changes = {name: value for name, value in KINDS[kind].changes(launch).items() if name not in stays}
    texts = files(kind, launch, review.plan.changed(changes))
    return Start(kind, texts, KINDS[kind].command(launch), changes)
