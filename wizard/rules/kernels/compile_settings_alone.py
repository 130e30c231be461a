"""MW561."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.axolotl.early import which
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule

_SETTINGS = ("torch_compile_backend", "torch_compile_mode")


@rule("MW561", "compile-settings-alone", "hint", fix="safe", keys=_SETTINGS)
def compile_settings_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A backend or mode of torch.compile, and nothing compiled.

    What it checks
        `torch_compile_backend` or `torch_compile_mode` has a value while `torch_compile` is neither true nor `auto`.

    Why it matters
        Axolotl hands them on only where `torch_compile` is on, and says nothing: the model runs uncompiled.

    Example
        Bad:
            torch_compile_mode: reduce-overhead

        Good:
            torch_compile: true
            torch_compile_mode: reduce-overhead

    Fix
        The keys go. Safe: they have no effect. To compile, write `torch_compile: true`.

    Source
        axolotl 0.19.0 core/builders/base.py:559 (read)
    """
    plan = subject.plan
    idle = which(plan, _SETTINGS)
    if not idle or precision.compiles(plan):
        return
    message = f"{joined(idle)} has likely no effect: torch_compile is not on"
    yield self.finding(message, *idle, "torch_compile", plan=plan, fix=Fix(removed(idle), "safe", f"no {joined(idle)}"))
