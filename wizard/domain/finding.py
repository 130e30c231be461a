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

    `saves_bytes`: device bytes (likely) the change saves; negative if it costs; None if not known.
    """

    changes: Mapping[str, object]
    safety: Safety
    says: str
    saves_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer: which fields, why it matters, and how to settle it. `topic`: the rule's.

    A field is a key, or the path of a nested one: `trl.beta`, `datasets[0].type`. `crashes`: Axolotl takes the file,
    and the run dies of it later.
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
    def keys(self) -> tuple[str, ...]:
        """The top-level keys that its fields are or belong to."""
        return tuple(dict.fromkeys(field.partition(".")[0].partition("[")[0] for field in self.fields))

    @property
    def on_memory(self) -> bool:
        """Whether it is about what the machine has room for, and not about what Axolotl takes."""
        return self.topic == "fit"
