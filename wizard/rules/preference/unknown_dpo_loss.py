"""MW757."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.values import texts
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = (
    "sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
    "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm",
)  # fmt: skip


@rule(
    "MW757",
    "unknown-dpo-loss",
    "error",
    fix="unsafe",
    keys=("dpo_loss_type",),
    crashes="Unknown loss type",
)
def unknown_dpo_loss(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dpo_loss_type` has a loss that TRL does not know.

    What it checks
        With `rl: dpo`, each entry of `dpo_loss_type` against the names of TRL's DPO trainer.

    Why it matters
        Axolotl takes any text. The run dies at its first step, after data and model are loaded.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_loss_type: [sigmod]

        Good:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train
            dpo_loss_type: [sigmoid]

    Fix
        The nearest name, sigmoid where none is near. Not safe: another loss may be meant.

    Source
        trl 1.9.0 trainer/dpo_trainer.py:1559 (executed, 1.14.1 the same); axolotl 0.19.0 core/trainers/dpo/__init__.py
    """
    plan = subject.plan
    written = texts(plan.get("dpo_loss_type"))
    strange = [name for name in written if name not in _KNOWN]
    if preference.rl(plan) != "dpo" or not strange:
        return
    near = [name if name in _KNOWN else closest(name.lower(), _KNOWN, 0.6) or "sigmoid" for name in written]
    message = f"dpo_loss_type: TRL knows no {', '.join(strange)}: the run dies at its first step"
    fix = Fix({"dpo_loss_type": near}, "unsafe", f"dpo_loss_type: {', '.join(near)}")
    yield self.finding(message, "dpo_loss_type", plan=plan, fix=fix)
