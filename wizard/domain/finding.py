"""What a rule says of a plan, and the change that would settle it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
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


class Later:
    """A fix that is looked for when somebody asks for it: finding the best of many takes longer than all rules."""

    def __init__(self, look: Callable[[], Fix | None]) -> None:
        self._look = look

    @cached_property
    def fix(self) -> Fix | None:
        """What was found; looked for once."""
        return self._look()

    def __eq__(self, other: object) -> bool:
        return self.fix == (other.fix if isinstance(other, Later) else other)

    __hash__ = None  # type: ignore[assignment] # as of a fix, whose changes are a mapping

    def __repr__(self) -> str:
        return f"Later({self.fix!r})"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer: which fields, why it matters, and how to settle it. `topic`: the rule's.

    A field is a key, or the path of a nested one: `trl.beta`, `datasets[0].type`. `crashes`: Axolotl takes the file,
    and the run dies of it later. `quoted`: Axolotl says so too. `gathers`: it is a matter of taste that many files
    share: of a folder it is said once. `offer`: its fix, or who looks for one.
    """

    code: str
    name: str
    severity: Severity
    message: str
    fields: tuple[str, ...]
    source: str
    offer: Fix | Later | None = None
    line: int | None = None
    topic: str = ""
    gathers: bool = False
    crashes: bool = False
    quoted: bool = False

    @property
    def fix(self) -> Fix | None:
        """The change that settles it, if there is one that is known."""
        return self.offer.fix if isinstance(self.offer, Later) else self.offer

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
