"""What the widgets tell the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input

from wizard.data.advice import DataCaution
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.questions.question import TypedQuestion


@dataclass
class FieldsChanged(Message):
    """An answer changes these fields of the plan; `says` names the change."""

    changes: Mapping[str, object]
    says: str


@dataclass
class Typed(Message):
    """This text stands in the box of a question, which takes it. `visit`: the same while the focus stays there."""

    entry: TypedQuestion
    text: str
    visit: str


@dataclass
class MachineChosen(Message):
    """Plan for this machine."""

    machine: Machine


@dataclass
class MachineNamed(Message):
    """Plan for the machine that was typed into this box."""

    text: str
    box: Input


@dataclass
class PresetChosen(Message):
    """Start from this preset."""

    preset: Preset


@dataclass
class ModelChosen(Message):
    """Train this model: an id or a folder. `method`: the one that it was offered with, empty for the present one."""

    name: str
    method: str = ""


@dataclass
class BackgroundTold(Message):
    """The terminal has told whether its background is light."""

    light: bool


class RowsWanted(Message):
    """Rows of a data set of the hub are to be shown."""


@dataclass
class DataCautioned(Message):
    """What is lost of the rows of a plan was read."""

    plan: Plan
    told: DataCaution


@dataclass
class StepClicked(Message):
    """To the step at this place."""

    place: int


@dataclass
class Answered(Message):
    """Enter on an answer that is already given: go on."""


@dataclass
class Hint(Message):
    """What the answer or question with the focus means, for the help line."""

    text: str
