"""MW766."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import beta, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_METHODS = ("dpo", "ipo", "kto", "simpo")


@rule("MW766", "beta-not-positive", "warning", fix="unsafe", keys=beta.BETAS)
def beta_not_positive(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A beta of 0 or less in preference training.

    What it checks
        `rl_beta`, or `dpo_beta` where that counts, is 0 or less under `rl: dpo`, `ipo`, `kto` or `simpo`.

    Why it matters
        These losses multiply the difference of the two answers by it. At 0 the loss never moves; below 0 the model is
        trained towards what was rejected. Axolotl and TRL take both without a word.

    Example
        Bad:
            rl: dpo
            rl_beta: -0.1
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: chatml.intel

        Good:
            rl: dpo
            rl_beta: 0.1
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: chatml.intel

    Fix
        The same number above 0, else 0.1. Not safe: it is another training.

    Source
        axolotl 0.21.0 core/builders/rl.py:149, trl 1.14.1 trainer/dpo_trainer.py (trained with on a CPU)
    """
    plan = subject.plan
    key = beta.key(plan)
    value = beta.value(plan)
    if key is None or value is None or value > 0 or preference.rl(plan) not in _METHODS:
        return
    meant = -value or 0.1
    fix = Fix({key: meant}, "unsafe", f"{key}: {meant:g}")
    said = "the loss never moves" if value == 0 else "the model is trained towards what was rejected"
    yield self.finding(f"{key} {value:g}: {said}", key, plan=plan, fix=fix)
