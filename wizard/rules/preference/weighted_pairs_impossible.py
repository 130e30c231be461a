"""MW788."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag, texts
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_REFUSES_LIGER = Version(0, 21)


@rule(
    "MW788",
    "weighted-pairs-impossible",
    "error",
    fix="unsafe",
    keys=("dpo_use_weighting",),
    crashes=("WPO-style weighting is not implemented", "is incompatible with `use_weighting=True`"),
)
def weighted_pairs_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Weighted pairs with a loss that can't weight them.

    What it checks
        With `rl: dpo` or `ipo` and `dpo_use_weighting: true`: `aot` or `aot_unpaired` in `dpo_loss_type`, or, with
        0.21, `dpo_use_liger_kernel: true`.

    Why it matters
        TRL refuses them when the trainer is made: "WPO-style weighting is not implemented", or "`use_liger_kernel=True`
        is incompatible with `use_weighting=True`".

    Example
        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_use_weighting: true
            dpo_loss_type: [aot]

        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_use_weighting: true
            dpo_use_liger_kernel: true

        Good:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_use_weighting: true
            dpo_loss_type: [sigmoid]

    Fix
        `dpo_use_weighting: false`. Not safe: every pair counts the same then.

    Source
        trl 1.9.0 trainer/dpo_trainer.py:770, 1.14.1 :787 and :813; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) not in ("dpo", "ipo") or not flag(plan.get("dpo_use_weighting")):
        return
    sorts = [one for one in texts(plan.get("dpo_loss_type")) if one in ("aot", "aot_unpaired")]
    liger = flag(plan.get("dpo_use_liger_kernel")) and subject.axolotl >= _REFUSES_LIGER
    other = f"dpo_loss_type {sorts[0]}" if sorts else "dpo_use_liger_kernel" if liger else None
    if other is not None:
        fix = Fix({"dpo_use_weighting": False}, "unsafe", "dpo_use_weighting: false")
        message = f"dpo_use_weighting with {other}: TRL refuses it, and the run dies at its start"
        yield self.finding(message, "dpo_use_weighting", other.partition(" ")[0], plan=plan, fix=fix)
