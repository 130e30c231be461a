"""The config of the run that died, with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Estimate
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.rules.registry import Change


@dataclass(frozen=True)
class Patient:
    """A plan and its review on the machine it died on.

    `estimate`: None where the model is not known. `changes`: the single ones that save memory. `free`: bytes that the
    run could have had of the GPU, None where neither the log nor a person tells. `estimated`: the estimate of another
    plan on the same machine; `runs`: whether another plan runs as well as this one, memory left aside.
    """

    name: str
    plan: Plan
    model: Model | None
    settings: Effective
    estimate: Estimate | None
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    free: int | None
    estimated: Callable[[Plan], Estimate | None]
    runs: Callable[[Plan], bool]

    @property
    def constant(self) -> bool:
        """Whether every batch has the same shape."""
        return self.settings.pads
