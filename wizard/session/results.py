"""What an action of a wizard has done, as facts: each face makes its own words of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wizard.domain.estimate import Fit

if TYPE_CHECKING:
    from wizard.review import Review
    from wizard.session.data_remark import Remark
    from wizard.session.writing import Pending

Why = Literal[
    "the same", "no fix", "only doubtful fixes", "no safe fix", "nothing to undo", "nothing to redo", "no best"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """The plan, its model or its machine is another one. `says` names the change.

    `also`: the fields that changed along with those that `says` is about. `remark`: what is to be said of the data.
    """

    says: str
    before: Review
    after: Review
    also: tuple[str, ...] = ()
    remark: Remark | None = None

    @property
    def added_bytes(self) -> int | None:
        """Likely device bytes that it added; None where either is not known."""
        before, after = self.before.estimate, self.after.estimate
        return after.device.likely - before.device.likely if before and after else None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing has changed."""

    why: Why
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It can't be done, for this reason; nothing has changed. `again`: a text that can be edited once more."""

    reason: str
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Fixes were taken: their codes, none where it is of the rows. `fix`: what one does, else empty."""

    change: Changed
    codes: tuple[str, ...]
    fix: str = ""


@dataclass(frozen=True, slots=True)
class PresetTaken:
    """It was started from a preset; `says` tells so, and what of the person's own stayed."""

    change: Changed | Nothing
    says: str


@dataclass(frozen=True, slots=True)
class ModelTaken:
    """Another model is trained. `shapes`: the model whose shapes it has, None where that is itself."""

    change: Changed | Nothing
    name: str
    shapes: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MachineSeen:
    """The probe has answered for the first time. `elsewhere`: that the work was left on another machine."""

    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A draft is gone on with. `undoable`: how many of its changes; `elsewhere`: that it was left on another one."""

    undoable: int
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class FreeMoved:
    """Memory was taken or given back meanwhile: bytes free before and now, and what that does to the fit."""

    was: int
    free: int
    fit_before: Fit
    fit: Fit


@dataclass(frozen=True, slots=True)
class LaunchReady:
    """What starts the run waits to be written. `change`: what the config had to say for it, None where nothing."""

    pending: tuple[Pending, ...]
    command: str
    change: Changed | Nothing | None = None


Result = Changed | Nothing
"""What becomes of an answer."""
