"""What a rule says of a plan, and the change that would settle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Severity = Literal["error", "warning", "hint"]
Safety = Literal["safe", "unsafe"]
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)


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

    A field is a key, or the path of a nested one: `trl.beta`, `datasets[0].type`. `crashes`: Axolotl takes the file,
    and the run dies of it later. `quoted`: Axolotl says so too. `gathers`: it is a matter of taste that many files
    share: of a folder it is said once.
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
    gathers: bool = False
    crashes: bool = False
    quoted: bool = False

    @property
    def rank(self) -> tuple[int, int, str]:
        """Its place among others for a person: the worst first, then as they stand in the file."""
        return _SEVERITIES.index(self.severity), self.line or 0, self.code

    @property
    def keys(self) -> tuple[str, ...]:
        """The top-level keys that its fields are or belong to."""
        return tuple(dict.fromkeys(field.partition(".")[0].partition("[")[0] for field in self.fields))

    @property
    def on_memory(self) -> bool:
        """Whether it is about what the machine has room for, and not about what Axolotl takes."""
        return self.topic == "fit"
