"""What was heard of one log: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.doctor.shortage import Shortage
from wizard.knowledge.deaths import Kind

Call = tuple[str, str]
"""A call of a stack: the path of its file, and the function."""


@dataclass(frozen=True, slots=True)
class Death:
    """A line that tells of a death, or of what may be one.

    `name`: of the row of deaths.toml, or the class of the exception. `message`: the line, and those that belong to it.
    `calls`: of the stack above it, the outermost first. `chain`: exceptions with the same number came one of another.
    `step`, `steps`: finished by then, and in all. `advances`: how often the run had moved on by then. `at`: the
    time that the log told last. `bare`: no stack stands above it. `placed`: the log tells the phase; else no
    other is known.
    """

    name: str
    kind: Kind
    line: int
    text: str
    message: str = ""
    rank: int | None = None
    calls: tuple[Call, ...] = ()
    chain: int = 0
    phase: str = "start"
    step: int | None = None
    steps: int | None = None
    advances: int = 0
    at: str | None = None
    shortage: Shortage | None = None
    bare: bool = False
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """What Axolotl logged of memory after a step: the most that was active, allocated, reserved, in bytes."""

    line: int
    step: int
    active: int
    allocated: int
    reserved: int
    evaluation: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One log. `handled`: the line where the run told last that it goes on with less. `done`: where it told its end.

    `settings`: of the config that Axolotl prints, those that matter here, as it prints them. `config`: the name of the
    file. `quiet`: there is nothing in the log at all.
    """

    log: str
    deaths: tuple[Death, ...] = ()
    samples: tuple[Sample, ...] = ()
    phase: str = "start"
    step: int | None = None
    steps: int | None = None
    advances: int = 0
    handled: int = 0
    done: int | None = None
    lines: int = 0
    last: str = ""
    ranks: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    config: str | None = None

    @property
    def constant(self) -> bool | None:
        """Whether every batch has the same shape; None where the log does not tell."""
        if "micro_batch_size" not in self.settings:
            return None
        return self.settings.get("pad_to_sequence_len") == "true"
