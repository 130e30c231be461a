"""MW758."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW758",
    "simpo-without-gamma",
    "error",
    fix="unsafe",
    keys=("rl",),
    crashes="unsupported operand type(s) for /: 'NoneType' and 'float'",
)
def simpo_without_gamma(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl: simpo` without `simpo_gamma`.

    What it checks
        `rl: simpo`, and `simpo_gamma` is not written.

    Why it matters
        Axolotl hands the missing value on in place of TRL's own 0.5, and the loss divides it: the run dies at its
        first step.

    Example
        Bad:
            rl: simpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train

        Good:
            rl: simpo
            simpo_gamma: 0.5
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train

    Fix
        `simpo_gamma: 0.5`, TRL's default. Not safe: it is a choice of the training's.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/rl.py, trl 1.9.0 experimental/cpo/cpo_trainer.py:715 (executed)
    """
    plan = subject.plan
    if preference.rl(plan) == "simpo" and plan.get("simpo_gamma") is None:
        message = "rl: simpo wants simpo_gamma: without it the run dies at its first step"
        fix = Fix({"simpo_gamma": 0.5}, "unsafe", "simpo_gamma: 0.5")
        yield self.finding(message, "rl", "simpo_gamma", plan=plan, fix=fix)
