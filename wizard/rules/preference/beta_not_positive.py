"""MW766."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, beta, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.domain.values import texts
from wizard.rules.registry import Rule, Subject, rule

_METHODS = ("dpo", "ipo", "kto", "simpo")
_DIVIDE = ("ipo", "simpo")
_LOSSES_DIVIDE = ("ipo", "sppo_hard")


@rule(
    "MW766",
    "beta-not-positive",
    "error",
    fix="unsafe",
    keys=(*beta.BETAS, "trl"),
    crashes="ZeroDivisionError: float division by zero",
)
def beta_not_positive(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A beta of 0 or less in preference training.

    What it checks
        `trl.beta`, `rl_beta` or `dpo_beta`, whichever counts, is 0 or less under `rl: dpo`, `ipo`, `kto` or `simpo`.

    Why it matters
        These losses multiply the difference of the two answers by it. At 0 the loss never moves; below 0 the model is
        trained towards what was rejected: a warning. Axolotl and TRL take both without a word. SimPO, IPO and the
        losses `ipo` and `sppo_hard` of DPO divide by it too: with 0 the run dies at its first step.

    Example
        Bad:
            rl: dpo
            rl_beta: -0.1
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: chatml.intel

        Bad:
            rl: simpo
            simpo_gamma: 0.5
            rl_beta: 0
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
        axolotl 0.21.0 core/builders/rl.py:147, trl 1.14.1 trainer/dpo_trainer.py:1479 and :1518,
        experimental/cpo/cpo_trainer.py:711 (trained with on a CPU, 0.19.0 the same)
    """
    plan = subject.plan
    key = beta.key(plan)
    value = beta.value(plan)
    if key is None or value is None or value > 0 or preference.rl(plan) not in _METHODS:
        return
    meant = -value or 0.1
    changes = {key: meant} if key != beta.INNER else {"trl": {**batch.trl(plan), "beta": meant}}
    fix = Fix(changes, "unsafe", f"{key}: {meant:g}")
    if value == 0 and _divides(plan):
        yield self.finding(
            f"{key} 0: the loss divides by it, and the run dies at its first step", key, plan=plan, fix=fix
        )
        return
    said = "the loss never moves" if value == 0 else "the model is trained towards what was rejected"
    yield self.finding(f"{key} {value:g}: {said}", key, plan=plan, severity="warning", fix=fix)


def _divides(plan: Plan) -> bool:
    losses = texts(plan.get("dpo_loss_type")) if preference.rl(plan) == "dpo" else ()
    return preference.rl(plan) in _DIVIDE or any(loss in losses for loss in _LOSSES_DIVIDE)
