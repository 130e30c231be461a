"""What a rule says of a plan, and the change that would settle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]
Safety = Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of fields (`plan.REMOVE` takes a key out). `safe` keeps what the training computes.

    `saves_bytes`: device bytes (likely) the change saves; negative if it costs; None if not known. `decide`: what a
    person has to decide all the same, in one sentence. `guess`: it may be what was meant, and nothing more.
    """

    changes: Mapping[str, object]
    safety: Safety
    says: str
    saves_bytes: int | None = None
    decide: str = ""
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer: which fields, why it matters, and how to settle it. `topic`: the rule's.

    `crashes`: Axolotl takes the file, and the run dies of it later.
    """

    code: str
    name: str
    severity: Severity
    message: str
    fields: tuple[str, ...]
    source: str
    fix: Fix | None = None
    line: int | None = None
    topic: str = ""
    crashes: bool = False

    @property
    def on_memory(self) -> bool:
        """Whether it is about what the machine has room for, and not about what Axolotl takes."""
        return self.topic == "fit"
