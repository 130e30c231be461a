"""What the widgets tell the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from wizard.domain.machine import Machine
from wizard.domain.preset import Preset


@dataclass
class FieldsChanged(Message):
    """An answer changes these fields of the plan; `says` names the change, `typed` the box it was typed into."""

    changes: Mapping[str, object]
    says: str
    typed: str = ""


@dataclass
class MachineChosen(Message):
    """Plan for this machine."""

    machine: Machine


@dataclass
class PresetChosen(Message):
    """Start from this preset."""

    preset: Preset


@dataclass
class ModelChosen(Message):
    """Train this model: an id or a folder."""

    name: str


@dataclass
class Answered(Message):
    """Enter on an answer that is already given: go on."""


@dataclass
class Hint(Message):
    """What the answer or question with the focus means, for the help line."""

    text: str
