"""What is said of a log: values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.doctor.heard import Death
from wizard.domain.estimate import Fit

CauseName = Literal[
    "load", "too_big", "longest_row", "first_optimizer_step", "evaluation", "save", "generation", "fragmentation",
    "other_process", "leak", "host_memory", "disk", "not_memory", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line of a log that tells it."""

    log: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change of the config that would have prevented it.

    `saves_bytes`: of the GPU, likely; None where that is not known. `fit`: what the plan does then on the GPU of the
    log.
    """

    changes: Mapping[str, object]
    says: str
    safety: Literal["safe", "unsafe"]
    saves_bytes: int | None = None
    fit: Fit = "unknown"
    gives_up: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a run died of, as its log tells it.

    `died`: False where no death is found in it. `phase` in words; `step`: the one it died in, or after; `steps`: of so
    many. `why`: sentences. `advice`: what helps, in words; `offers`: as changes of the config. `codes`: of the rules
    that know it. `after`: the log in which the first death is, where it is another.
    `followed`: that death is the cause of this one.
    """

    log: str
    cause: CauseName
    died: bool
    why: str
    phase: str | None = None
    rank: int | None = None
    step: int | None = None
    steps: int | None = None
    death: Death | None = None
    evidence: tuple[Evidence, ...] = ()
    advice: tuple[str, ...] = ()
    offers: tuple[Remedy, ...] = ()
    codes: tuple[str, ...] = ()
    config: str | None = None
    after: str | None = None
    followed: bool = False

    @property
    def asked(self) -> int | None:
        """Bytes that were asked for in vain."""
        return self.death.shortage.asked if self.death and self.death.shortage else None

    @property
    def capacity(self) -> int | None:
        """Bytes of the GPU, as the log tells."""
        return self.death.shortage.capacity if self.death and self.death.shortage else None
